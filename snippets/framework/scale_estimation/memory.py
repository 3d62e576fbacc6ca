"""How much memory do 100 features a user, the embedding tables and the item index take?

The payload (rows × values × bytes) is the small part. Keys, copies, optimizer state and
graph links decide, and each is a design choice that can be named and priced.
Chapter: framework/scale-estimation. Overheads: Redis as in components/feature-stores; OpenSearch k-NN.
"""
from snippets.components.feature_stores.online_store_memory import bytes_per_entity


# --8<-- [start:memory]
users = 50_000_000  # @param {type:"slider", min:1000000, max:1000000000, scale:"log"}
items = 20_000_000  # @param {type:"slider", min:10000, max:1000000000, scale:"log"}
features = 100  # @param {type:"slider", min:5, max:1000, step:5}
copies = 2  # @param {type:"slider", min:1, max:5, step:1}
dimensions = 64  # @param {type:"slider", min:8, max:1024, step:8}


def payload_bytes(entities, features, value_bytes=4):
    """Values alone, the sum that most people stop at."""
    return entities * features * value_bytes


def key_per_feature_bytes(entities, features, copies):
    """One small key of Redis for each feature of each entity, in each copy."""
    return entities * bytes_per_entity("key per feature", entities, features) * copies


def key_per_entity_bytes(entities, features, copies):
    """One key of Redis for each entity, its features packed in one value of float32s."""
    return entities * bytes_per_entity("one value", entities, features) * copies


def table_bytes(rows, dimensions, weight_bytes=4, state_bytes=0):
    """An embedding table; state_bytes is the optimizer's, per weight (Adam in float32: 8)."""
    return rows * dimensions * (weight_bytes + state_bytes)


def hnsw_bytes(vectors, dimensions, links=16):
    """An HNSW graph with its float32 vectors: 1.1 × (4 d + 8 M) bytes each (OpenSearch)."""
    return 1.1 * (4 * dimensions + 8 * links) * vectors


def product_quantized_bytes(vectors, code_bytes=32, id_bytes=8):
    """The compressed alternative, code and id only: recall must be bought back by re-scoring."""
    return vectors * (code_bytes + id_bytes)
# --8<-- [end:memory]


def main():
    def line(size, base, name):
        print(f"{size / 1e9:8.4g} GB {size / base:5.2g} x  {name}")

    values = payload_bytes(users, features)
    print("online features of the users (copies)")
    line(values, values, "payload only")
    line(key_per_entity_bytes(users, features, copies), values, f"key a user ({copies})")
    line(key_per_feature_bytes(users, features, copies), values, f"key a feature ({copies})")
    rows = users + items
    weights = table_bytes(rows, dimensions, weight_bytes=2)
    print("embedding tables, users and items")
    line(weights, weights, "serving, float16")
    line(table_bytes(rows, dimensions, state_bytes=8), weights, "training, Adam")
    vectors = payload_bytes(items, dimensions)
    print("index of the items, one copy each")
    line(vectors, vectors, "float32 vectors")
    line(hnsw_bytes(items, dimensions), vectors, "HNSW, 16 links")
    line(product_quantized_bytes(items), vectors, "32-byte codes")


if __name__ == "__main__":
    main()
