"""Will it fit, and which split makes it fit?

Dense models: weights, gradients and Adam's states are 16 bytes a parameter, and ZeRO divides them by the GPUs,
stage by stage. Activations are another matter: they grow with batch and length, and recomputing them is the cure.
Rankers: the tables are the memory, and their optimizer's state decides how much of it.
Sources: ZeRO, arXiv 1910.02054; activation counts measured by Bekman, ML Engineering; GPipe, arXiv 1811.06965.
"""
from snippets.framework.scale_estimation.memory import table_bytes


# --8<-- [start:memory]
def model_state_bytes(parameters: float, stage: int, gpus: int) -> float:
    """Per GPU, in mixed precision with Adam.

    A parameter takes 2 bytes of weight, 2 of gradient and 12 of optimizer: a float32 copy and
    two moments. ZeRO 1 divides the 12; 2 the gradients too; 3 the weights too, as FSDP does.
    """
    weights, gradients, optimizer = 2.0, 2.0, 12.0
    if stage >= 1:
        optimizer /= gpus
    if stage >= 2:
        gradients /= gpus
    if stage >= 3:
        weights /= gpus
    return parameters * (weights + gradients + optimizer)


def activation_bytes(
    layers: int, hidden: int, tokens: int, vocabulary: int, recompute: bool, copies: int = 28
) -> float:
    """Per GPU: `copies` hidden states a layer in bfloat16, and the logits in it and in float32.

    Recomputing keeps one state a layer, and all copies of the one layer in work.
    """
    state = 2 * tokens * hidden
    return state * (layers + copies if recompute else layers * copies) + 6 * tokens * vocabulary


def bubble(stages: int, microbatches: int) -> float:
    """Share of time that a pipeline of equal stages idles while it fills and drains."""
    return (stages - 1) / (microbatches + stages - 1)


def main() -> None:
    billions = 8  # @param {type:"slider", min:1, max:405, step:1, unit:"billion parameters, dense"}
    gpus = 8  # @param {type:"slider", min:1, max:512, scale:"log", unit:"GPUs"}
    tokens = 8192  # @param {type:"slider", min:1024, max:131072, scale:"log", unit:"tokens a GPU and step"}
    rows = 716e6  # @param {type:"slider", min:1000000, max:10000000000, scale:"log", unit:"embedding rows of 64"}
    print(f"dense, {billions} billion parameters, {gpus} GPUs")
    for stage in range(4):
        print(f"  ZeRO {stage}: {model_state_bytes(billions * 1e9, stage, gpus) / 1e9:6.1f} GB a GPU")
    print(f"activations, shape of Llama 3.1 8B, {tokens:,} tokens")
    for recompute in (False, True):
        size = activation_bytes(32, 4096, tokens, 128_256, recompute)
        print(f"  {'recomputed' if recompute else 'all kept':10}{size / 1e9:6.1f} GB a GPU")
    print(f"\nranker, {rows / 1e6:.0f} million rows of 64, {gpus} GPUs")
    kinds = (("serving, bfloat16", 2, 0), ("AdaGrad, 1 a row", 4, 4 / 64), ("AdaGrad", 4, 4), ("Adam", 4, 8))
    for name, weight, state in kinds:
        size = table_bytes(rows, 64, weight, state)
        print(f"  {name:18}{size / 1e9:7.1f} GB{size / gpus / 1e9:7.1f} a GPU")
    print("\npipeline of 8 stages idles")
    for microbatches in (8, 32, 128):
        print(f"  {bubble(8, microbatches):.0%} with {microbatches} microbatches")
# --8<-- [end:memory]


if __name__ == "__main__":
    main()
