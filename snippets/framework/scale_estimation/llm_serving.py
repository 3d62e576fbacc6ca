"""An assistant needs two replicas by its output tokens. How many when its prompts are counted?

Prefill is bound by FLOPs, decode by memory traffic: two rates, two sums, one fleet or two. Both are
estimates from data sheets: no queues, no network, no overlap of the phases; a load test replaces them.
Chapter: framework/scale-estimation. Method: jax-ml.github.io/scaling-book/inference.
"""
from snippets.framework.scale_estimation.cost import gpu_seconds, llm_nodes, machines_for_rate

HBM, BANDWIDTH = 80e9, 3.35e12  # H100 SXM: bytes, bytes/s


# --8<-- [start:llm]
rate = 20  # @param {type:"slider", min:1, max:2000, unit:"requests/s at the peak", scale:"log"}
prompt = 4_000  # @param {type:"slider", min:50, max:100000, unit:"tokens", scale:"log"}
answer = 300  # @param {type:"slider", min:10, max:10000, unit:"tokens", scale:"log"}
cached = 0.0  # @param {type:"slider", min:0, max:0.95, step:0.05, unit:"of the prompt tokens"}
billions = 70  # @param {type:"slider", min:1, max:400, unit:"parameters", scale:"log"}
gpus = 4  # @param {type:"slider", min:1, max:16, step:1, unit:"H100s a replica"}


def kv_bytes(layers=80, kv_heads=8, head_dimension=128, value_bytes=2):
    """Keys and values of one token; the defaults are Llama 3 70B in bfloat16."""
    return 2 * layers * kv_heads * head_dimension * value_bytes


def prefill_seconds(parameters, tokens, gpus, utilization=0.4):
    """Time of a replica to read so many prompt tokens: 2 N FLOPs each, without attention."""
    return gpu_seconds(2 * parameters * tokens, utilization) / gpus


def decode_batch(parameters, context, gpus, usable=0.9):
    """Sequences whose keys and values fit beside the bfloat16 weights; below 1 the model does not fit."""
    return (gpus * HBM * usable - 2 * parameters) / (context * kv_bytes())


def decode_rate(parameters, context, gpus):
    """Tokens/s of a replica at full batch: each step reads all weights and all keys and values."""
    batch = decode_batch(parameters, context, gpus)
    step = (2 * parameters + batch * context * kv_bytes()) / (gpus * BANDWIDTH)
    return batch / step


def token_price(parameters, prompt, answer, gpus):
    """Prompt tokens that one answer token costs at a full batch: long contexts leave room for few sequences."""
    return 1 / decode_rate(parameters, prompt + answer, gpus) / prefill_seconds(parameters, 1, gpus)


def decode_in_flight(parameters, context, gpus, tokens_per_second, share=1.0):
    """Sequences in flight and s a token when decode has this share of a replica's time.

    Little's law, where a step (s) grows with the batch:
    in flight = tokens/s × (weights + in flight × cache) / share.
    """
    weights, cache = (size / (gpus * BANDWIDTH * share) for size in (2 * parameters, context * kv_bytes()))
    in_flight = tokens_per_second * weights / (1 - tokens_per_second * cache)
    return in_flight, in_flight / tokens_per_second
# --8<-- [end:llm]


def main():
    parameters, context = billions * 1e9, prompt + answer
    if decode_batch(parameters, context, gpus) < 1:
        print("not even one sequence fits: more GPUs")
        return
    read = prefill_seconds(parameters, prompt * (1 - cached), gpus)
    write = answer / decode_rate(parameters, context, gpus)
    print(f"prefill {read * 1e3:.0f} ms: {rate * read:.3g} replicas busy")
    print(f"decode  {write * 1e3:.0f} ms: {rate * write:.3g} replicas busy")
    print(f"  batch {decode_batch(parameters, context, gpus):.0f}, {decode_rate(parameters, context, gpus):,.0f} tokens/s")
    alone, mixed = machines_for_rate(rate, write), machines_for_rate(rate, read + write)
    print("replicas at 70% load")
    print(f"  {alone} by output tokens alone")
    print(f"  {mixed} with the prompts: {mixed * gpus} GPUs")
    flying, token = decode_in_flight(parameters, context, gpus, rate * answer / mixed, share=1 - rate * read / mixed)
    print(f"    {flying:.0f} in flight on each, {token * 1e3:.0f} ms a token")
    # Little again: saturated, a replica ends 1 / (read + write) answers a second
    full = decode_batch(parameters, context, gpus) * (read + write) / answer
    print(f"    at a full batch, {full * 1e3:.0f} ms a token")
    flying, token = decode_in_flight(parameters, context, gpus, rate * answer / alone)
    print(f"  {machines_for_rate(rate, read)} + {alone} with a fleet for each phase")
    print(f"    {flying:.0f} in flight, {token * 1e3:.0f} ms a token")
    print("1 answer token costs, in prompt tokens")
    here, short, long = (token_price(parameters, tokens, answer, gpus) for tokens in (prompt, 500, 16_000))
    print(f"  {here:.2g} here; {short:.2g} at a prompt of 500,")
    print(f"  {long:.2g} at one of 16,000")
    node_prefill, node_decode = llm_nodes(608e9 / 86_400, 168e9 / 86_400, 73_700, 14_800)
    nodes = node_prefill + node_decode
    print("DeepSeek's day, tokens over rates")
    print(f"  {node_prefill:.1f} nodes prefill + {node_decode:.1f} decode")
    print(f"  {nodes:.1f} in all, published: 226.75")
    print(f"  {1 - node_decode / nodes:.0%} short by decode alone")


if __name__ == "__main__":
    main()
