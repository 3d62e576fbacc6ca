"""Proves the claims of docs/components/retrieval.md: indexes, filters, deletes, versions, inner products, IDs, sizes."""
from functools import cache
from math import dist, sqrt
from random import Random

import numpy as np
import pytest
from scipy.linalg import subspace_angles

from snippets.components.retrieval import half_refreshed, index_size, semantic_ids
from snippets.components.retrieval.filtered_search import TOPICS, measure, passing, shop
from snippets.components.retrieval.hnsw import Hnsw, everybody, searched
from snippets.components.retrieval.inner_product import augmented, inner
from snippets.components.retrieval.inner_product import compare as compare_scores
from snippets.components.retrieval.inner_product import with_lengths
from snippets.components.retrieval.merge import recall
from snippets.components.retrieval.recall_against_work import compare, mean_and_worst, sharded, videos_and_people
from snippets.components.retrieval.vector_index import Ivf, Pq, exact, k_means, nearest_center
from snippets.world import World, catalog, uniform, users

SEEDS = range(1, 21)


def cloud(seed: int, size: int = 300, dimensions: int = 6) -> list[tuple[float, ...]]:
    rng = Random(seed)
    return [tuple(rng.random() for _ in range(dimensions)) for _ in range(size)]


# --- indexes ---


@pytest.mark.parametrize("seed", SEEDS)
def test_exact_search_agrees_with_numpy(seed: int) -> None:
    points, query = cloud(seed), cloud(seed + 100, 1)[0]
    distances = np.linalg.norm(np.array(points) - np.array(query), axis=1)
    assert exact(query, points, 10) == list(np.argsort(distances, kind="stable")[:10])
    some = range(0, 300, 7)
    assert exact(query, points, 5, some) == [n for n in np.argsort(distances, kind="stable") if n in some][:5]


def test_equal_distances_come_by_number_and_k_may_exceed_the_rest() -> None:
    assert exact((0.0,), [(1.0,), (-1.0,), (1.0,)], 2) == [0, 1]
    assert exact((0.0,), [(1.0,)], 5) == [0]
    assert nearest_center((0.0,), [(1.0,), (-1.0,)]) == 0


def test_k_means_finds_two_clumps_and_leaves_a_lonely_center_in_place() -> None:
    points = [(0.0,), (0.2,), (10.0,), (10.2,)]
    assert sorted(k_means(points, 2)) == [(pytest.approx(0.1),), (pytest.approx(10.1),)]
    assert k_means([(1.0,), (1.0,)], 2) == [(1.0,), (1.0,)]


@pytest.mark.parametrize("seed", SEEDS)
def test_all_lists_probed_is_exact_search(seed: int) -> None:
    points = cloud(seed)
    index = Ivf(points, lists=10)
    assert sorted(n for own in index.lists for n in own) == list(range(300))
    for query in cloud(seed + 100, 5):
        assert index.search(query, 10, probes=10) == exact(query, points, 10)
        assert set(index.probed(query, 1)) <= set(index.probed(query, 3))


def test_a_product_code_adds_the_squared_distances_of_its_parts() -> None:
    points = cloud(3, 200, 4)
    index = Pq(points, parts=2, prototypes=8)
    decoded = [tuple(x for part, book in zip(code, index.books) for x in book[part]) for code in index.codes]
    for query in cloud(4, 5, 4):
        assert index.search(query, 10) == exact(query, decoded, 10)
        assert index.search(query, 3, range(20)) == exact(query, decoded, 3, range(20))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_graph_finds_nearly_all_that_exact_search_finds(seed: int) -> None:
    points = cloud(seed, 400)
    graph = Hnsw(points, links=8, ef_build=24, seed=seed)
    found = [recall(graph.search(q, 10, ef=60), exact(q, points, 10)) for q in cloud(seed + 100, 20)]
    assert sum(found) / 20 > 0.98
    assert all(graph.search(point, 1, ef=60) == [n] for n, point in list(enumerate(points))[::25])


@pytest.mark.parametrize("seed", SEEDS)
def test_the_graph_is_well_formed(seed: int) -> None:
    graph = Hnsw(cloud(seed, 300), links=5, seed=seed)
    assert len(graph.layers[0]) == 300 and graph.entry in graph.layers[-1]
    for level, layer in enumerate(graph.layers):
        assert all(friend in layer and friend != node for node, friends in layer.items() for friend in friends)
        assert all(len(friends) == len(set(friends)) <= 5 * (1 + (level == 0)) for friends in layer.values())
        assert level == 0 or set(layer) <= set(graph.layers[level - 1])


def test_the_graph_counts_every_distance_and_small_graphs_answer_all() -> None:
    graph = Hnsw([(0.0,), (1.0,), (2.0,)])
    graph.work = 0
    assert graph.search((0.1,), 3) == [0, 1, 2]
    assert graph.work == 3
    assert Hnsw([(5.0,)]).search((0.0,), 10) == [0]
    assert everybody(7)


def test_the_graph_grows_by_adding() -> None:
    points, graph = cloud(5, 200), Hnsw(seed=5)
    assert [graph.add(point) for point in points] == list(range(200))
    assert graph.layers == Hnsw(points, seed=5).layers


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_deleted_or_filtered_out_is_never_returned(seed: int) -> None:
    points = cloud(seed)
    graph = Hnsw(points, seed=seed)
    graph.deleted = set(range(0, 300, 2))
    for query in cloud(seed + 100, 5):
        found = graph.search(query, 10, 60, keep=lambda n: n % 3 == 0)
        assert len(found) == 10 and all(n % 2 == 1 and n % 3 == 0 for n in found)
        assert recall(found, exact(query, points, 10, range(3, 300, 6))) >= 0.8
        stepped = graph.search(query, 10, 60, step=lambda n: n > 150)
        assert all(n % 2 == 1 for n in stepped)


def test_a_walk_returns_best_first_with_distances() -> None:
    graph = Hnsw(cloud(6, 100))
    met = graph.walk((0.5,) * 6, [graph.entry], 10, 0)
    assert met == sorted(met) and all(d == dist((0.5,) * 6, graph.vectors[n]) for d, n in met)
    assert graph.distance((0.5,) * 6, 3) == dist((0.5,) * 6, graph.vectors[3])


def test_links_spread_in_several_directions() -> None:
    graph = Hnsw([(1.0, 0.0), (1.1, 0.0), (0.0, 2.0)], links=2)
    assert graph.spread([(1.0, 0), (1.1, 1), (2.0, 2)], 2) == [0, 2]  # video 1 lies behind video 0


def test_links_back_are_pruned_to_the_limit() -> None:
    graph = Hnsw([(float(x),) for x in range(7)], links=2)
    graph.layers[0][0] = [1, 2, 3, 4]
    graph.link(0, 5, 0)
    assert graph.layers[0][0] == [1]  # all lie on one side, so the nearest stands for them
    with pytest.raises(ValueError, match="two links"):
        Hnsw(links=1)


@pytest.mark.parametrize("seed", SEEDS)
def test_shards_find_what_the_whole_finds(seed: int) -> None:
    points = cloud(seed, 200)
    graphs = [Hnsw(points[j::4]) for j in range(4)]
    for query in cloud(seed + 100, 5):
        assert recall(sharded(graphs, query, 10, 60), exact(query, points, 10)) >= 0.9


def test_mean_and_worst_tenth() -> None:
    best = [[1, 2]] * 20
    assert mean_and_worst([[1]] * 2 + [[1, 2]] * 18, best) == (pytest.approx(0.95), 0.5)


# --- recall against work ---

worked = cache(lambda seed: {row[0]: row[1:] for row in compare(seed)})


@pytest.mark.parametrize("seed", SEEDS)
def test_a_mean_recall_hides_the_people_between_two_lists(seed: int) -> None:
    two, four = worked(seed)["IVF 2 of 30"], worked(seed)["IVF 4 of 30"]
    assert 0.88 < two[0] < 0.995 and two[1] < two[0] - 0.07
    assert four[0] > 0.985


@pytest.mark.parametrize("seed", SEEDS)
def test_codes_alone_find_half_and_rescoring_repairs_it(seed: int) -> None:
    assert 0.4 < worked(seed)["PQ, 2 bytes"][0] < 0.6
    assert worked(seed)["PQ, rescore 60"][0] > 0.96


@pytest.mark.parametrize("seed", SEEDS)
def test_a_graph_in_four_shards_does_nearly_three_times_the_work_at_the_same_recall(seed: int) -> None:
    whole, shards = worked(seed)["HNSW ef 20"], worked(seed)["HNSW 4 shards"]
    assert whole[0] > 0.98 and shards[0] > 0.985 and abs(shards[0] - whole[0]) < 0.02
    assert 2.6 < shards[2] / whole[2] < 3.0
    assert worked(seed)["HNSW ef 10"][0] < whole[0] <= worked(seed)["HNSW ef 40"][0] + 0.003


def test_the_calculator_takes_its_share_of_a_shard_from_here() -> None:
    shares = [worked(seed)["HNSW 4 shards"][2] / worked(seed)["HNSW ef 20"][2] / 4 for seed in SEEDS]
    assert sum(shares) / 20 == pytest.approx(index_size.GRAPH_SHARD, abs=0.03)


def test_videos_and_people_are_unit_vectors() -> None:
    videos, people = videos_and_people(7)
    assert len(videos) == 1000 and len(people) == 80
    assert all(sum(x * x for x in v) == pytest.approx(1) for v in (*videos, *people))


# --- deletes ---


def likers(seed: int):
    world = World(seed=seed, items=1000, users=300, topics=16)
    people = [user.taste for user in users(world) if max(user.taste) == user.taste[3]]
    return catalog(world), people[:15]


@pytest.mark.parametrize("seed", SEEDS)
def test_deleting_a_neighborhood_doubles_the_work_and_random_deletes_hardly_matter(seed: int) -> None:
    videos, people = likers(seed)
    graph = Hnsw([v.vector for v in videos])
    _, fresh = searched(graph, people)
    graph.deleted = {v.id for v in videos if uniform(7, "gone", item=v.id) < 0.5}
    found, scattered = searched(graph, people)
    assert found > 0.92 and scattered < 1.5 * fresh
    graph.deleted = {v.id for v in videos if v.topic == 3}
    assert searched(graph, people)[1] > 1.8 * fresh
    rebuilt = Hnsw([v.vector for v in videos if v.topic != 3])
    assert searched(rebuilt, people)[1] < 0.75 * searched(graph, people)[1]


# --- filters ---

filtered = cache(measure)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_selectivity_gives_three_recalls(seed: int) -> None:
    (_, topic), (_, anywhere), (_, elsewhere) = (filtered(seed, w) for w in ("in my topic", "anywhere", "elsewhere"))
    name = "fetch more, filter"
    assert topic[name][0] > 0.995 and 0.72 < anywhere[name][0] < 0.96 and 0.24 < elsewhere[name][0] < 0.43
    assert topic[name][1] == anywhere[name][1] == elsewhere[name][1]


@pytest.mark.parametrize("seed", SEEDS)
def test_lists_with_fixed_probes_break_as_graphs_do_and_more_lists_cost_less_than_the_walk(seed: int) -> None:
    table = filtered(seed, "elsewhere")[1]
    assert table["4 of 30 lists"][0] < 0.7 and table["16 of 30 lists"][0] > 0.85
    assert table["16 of 30 lists"][1] < table["walk on until enough"][1] / 4


@pytest.mark.parametrize("seed", SEEDS)
def test_stepping_only_on_what_passes_cuts_the_graph(seed: int) -> None:
    name = "step only on passing"
    assert filtered(seed, "anywhere")[1][name][0] < 0.4 and filtered(seed, "elsewhere")[1][name][0] < 0.2


@pytest.mark.parametrize("seed", SEEDS)
def test_walking_on_repairs_recall_at_several_times_the_work_of_a_scan(seed: int) -> None:
    for where in ("anywhere", "elsewhere"):
        walk, scan = (filtered(seed, where)[1][name] for name in ("walk on until enough", "scan all that pass"))
        assert walk[0] > 0.95 and walk[1] > 4 * scan[1]
    assert filtered(seed, "in my topic")[1]["walk on until enough"][1] < 160


@pytest.mark.parametrize("seed", SEEDS)
def test_the_share_among_the_nearest_tells_what_the_share_of_the_catalog_hides(seed: int) -> None:
    assert filtered(seed, "in my topic")[0] > 0.5
    assert 0.06 < filtered(seed, "anywhere")[0] < 0.14
    assert filtered(seed, "elsewhere")[0] < 0.06


@pytest.mark.parametrize("where", ["in my topic", "anywhere", "elsewhere"])
def test_a_tenth_passes_wherever_it_lies(where: str) -> None:
    sizes = [len(passing(seed, t, where, 0.1, 0.01)) for seed in (1, 2) for t in range(TOPICS)]
    assert sum(sizes) / len(sizes) / len(shop(1)[0]) == pytest.approx(0.1, abs=0.005)


def test_the_scan_overtakes_the_walk_between_a_fifth_and_three_tenths() -> None:
    for seed in (1, 2, 3):
        at = lambda share: [filtered(seed, "anywhere", share)[1][n][1] for n in ("walk on until enough", "scan all that pass")]
        assert at(0.2)[0] > at(0.2)[1] and at(0.3)[0] < at(0.3)[1]


# --- inner products ---


@pytest.mark.parametrize("seed", SEEDS)
def test_a_distance_index_loses_most_of_the_largest_inner_products(seed: int) -> None:
    table = compare_scores(seed, 0.15)
    assert table["exact, Euclidean"][0] < 0.15
    assert 0.2 < table["exact, cosine"][0] < 0.35
    assert table["exact, one coordinate more"][0] == 1.0
    assert table["graph of these, ef 80"][0] > 0.97


def test_equal_lengths_make_all_three_the_same() -> None:
    table = compare_scores(7, 0.0)
    assert [table[n][0] for n in ("exact, Euclidean", "exact, cosine", "exact, one coordinate more")] == [1.0] * 3


def test_more_spread_costs_the_graph_recall() -> None:
    for seed in (1, 7):
        assert compare_scores(seed, 0.3)["graph of these, ef 40"][0] < compare_scores(seed, 0.15)["graph of these, ef 40"][0]


def test_the_extra_coordinate_keeps_products_and_evens_lengths() -> None:
    vectors, people = with_lengths(3, 0.4, items=50, people=5)
    longer = augmented(vectors)
    assert {round(inner(v, v), 9) for v in longer} == {round(max(inner(v, v) for v in vectors), 9)}
    for person in people:
        order = np.argsort([-np.dot(person, v) for v in vectors])
        assert exact((*person, 0.0), longer, 50) == list(order)


# --- versions ---

skewed = cache(half_refreshed.compare)


def test_the_training_finds_the_same_space_as_a_singular_value_decomposition() -> None:
    videos, _, first, _ = half_refreshed.watched(3)
    n = len(videos)
    audience = 1 + np.array([sum(v in h for h in first) for v in range(n)])
    rows = np.array([[(v in h) / sqrt(audience[v]) / sqrt(max(1, len(h))) for v in range(n)] for h in first])
    truth = np.linalg.svd(rows)[2][:4].T
    axes = np.array(half_refreshed.train(first, n, 4, seed=1, rounds=30)).T
    assert np.max(subspace_angles(truth, axes)) < 0.05


def test_axes_are_orthonormal_and_vectors_have_length_one() -> None:
    axes = half_refreshed.orthonormal([[3.0, 0.0, 4.0], [1.0, 1.0, 0.0], [0.0, 1.0, 5.0]])
    assert np.allclose(np.array(axes) @ np.array(axes).T, np.eye(3))
    items = half_refreshed.item_vectors([[3.0, 0.0], [4.0, 0.0]])
    assert items == [(0.6, 0.8), (0.0, 0.0)]
    assert half_refreshed.people_vectors(items, [{0, 1}, set()]) == [(0.6, 0.8), ()]
    assert half_refreshed.spread([1.0, 2.0], [{0}, {0, 1}, set()], [1, 4]) == [2.0, 0.5]


@pytest.mark.parametrize("seed", SEEDS)
def test_half_a_refresh_from_scratch_is_worse_than_none(seed: int) -> None:
    table, alike = skewed(seed)
    old, new, half = (table[n] for n in ("old tower, old index", "scratch: new, new", "scratch: new, half"))
    assert new[0] > old[0] + 0.03 and half[0] < old[0] - 0.15
    assert half[2] < 0.2 and table["scratch: new, old"][0] < 0.25
    assert abs(alike["scratch"]) < 0.3


def test_the_refreshed_half_looks_better_than_in_the_finished_index() -> None:
    better = [skewed(s)[0]["scratch: new, half"][1] > skewed(s)[0]["scratch: new, new"][1] for s in SEEDS]
    assert sum(better) == 20


@pytest.mark.parametrize("seed", SEEDS)
def test_a_warm_start_hides_the_fault(seed: int) -> None:
    table, alike = skewed(seed)
    assert table["warm: new, half"][0] > 0.63 and alike["warm"] > 0.7
    assert table["warm: new, new"][0] >= table["warm: new, half"][0] - 0.01


def test_each_half_asked_by_its_own_tower_loses_nothing() -> None:
    differences = [skewed(s)[0]["scratch: two pairs"][0] - skewed(s)[0]["old tower, old index"][0] for s in SEEDS]
    assert min(differences) > -0.02 and sum(d > 0 for d in differences) >= 17


# --- semantic IDs ---

spelled = cache(semantic_ids.compare)


@pytest.mark.parametrize("seed", SEEDS)
def test_finer_ids_are_more_unique_and_lose_the_new_videos(seed: int) -> None:
    coarse, middle, fine = (spelled(seed, centers) for centers in (4, 8, 16))
    assert coarse[1] < 0.1 and fine[1] > 0.8
    assert coarse[2] > 0.9 and fine[2] < 0.25
    assert coarse[4] >= middle[4] > fine[4] and coarse[4] > 2 * fine[4]
    assert abs(coarse[3] - fine[3]) < 0.12  # the old videos hardly notice


@pytest.mark.parametrize("seed", SEEDS)
def test_content_search_is_the_better_cold_start_here(seed: int) -> None:
    old, new = semantic_ids.recalls(seed, semantic_ids.by_content(seed))
    assert new > spelled(seed, 4)[4] and new > 0.5 and old > spelled(seed, 16)[3]


def test_an_id_spells_the_residuals() -> None:
    books = [[(0.0,), (10.0,)], [(-1.0,), (1.0,)]]
    assert semantic_ids.semantic_id((9.2,), books) == (1, 0)
    assert semantic_ids.semantic_id((0.7,), books) == (0, 1)
    assert semantic_ids.minus((3.0, 1.0), (1.0, 1.0)) == (2.0, 0.0)


def test_residual_codebooks_shrink_the_error_level_by_level() -> None:
    points = cloud(2, 200, 4)
    books, left, errors = semantic_ids.residual_codebooks(points, 6), points, []
    for book in books:
        left = [semantic_ids.minus(v, book[nearest_center(v, book)]) for v in left]
        errors.append(sum(x * x for v in left for x in v))
    assert errors == sorted(errors, reverse=True)


def test_the_generator_spells_only_what_is_live_and_the_likeliest_first() -> None:
    live = semantic_ids.counts([(0, 1, 2), (0, 1, 3), (4, 0, 0)])
    mine, everyone = semantic_ids.counts([(0, 1, 3)] * 5), semantic_ids.counts([(4, 0, 0)])
    assert semantic_ids.generate(mine, everyone, live) == [(0, 1, 3), (4, 0, 0), (0, 1, 2)]
    assert live[0, 1] == {2: 1, 3: 1}
    assert {len(h & semantic_ids.old_and_new(7)[2]) for h in semantic_ids.old_and_new(7)[3]} == {0}


# --- sizes ---


def test_bytes_of_a_vector_by_layout() -> None:
    per = {layout: index_size.bytes_a_vector(layout, 128) for layout in ("exact, CPU", "exact, GPU", "HNSW", "IVF-PQ")}
    assert per == {"exact, CPU": 512, "exact, GPU": 256, "HNSW": pytest.approx(704), "IVF-PQ": 40}
    assert index_size.bytes_a_vector("HNSW", 256) * 1e6 == pytest.approx(1.267e9, rel=1e-3)  # OpenSearch's example
    assert index_size.centers(100_000_000) == 80_000


def test_queries_per_second_by_hand() -> None:
    rate = lambda layout, rescored=20: index_size.queries_per_second(layout, 100_000_000, 128, 3000, rescored)
    assert rate("exact, CPU") == pytest.approx(2e12 / 25.6e9)  # arithmetic, at 256 FLOP a vector, not memory
    assert index_size.queries_per_second("exact, CPU", 100_000_000, 1, 0, 1) == pytest.approx(2e12 / 200e6)
    assert rate("exact, GPU") == pytest.approx(64 / (25.6 / 3350))
    assert rate("HNSW") == pytest.approx(32 / 900e-6)
    assert rate("IVF-PQ") == pytest.approx(200e9 / (80_000 * 512 + 64 * 1250 * 32))
    assert rate("IVF-PQ+graph") > 10 * rate("IVF-PQ")
    assert rate("IVF-PQ+graph", 1000) == 1000  # a million random reads a second, a thousand a query


def test_machines_cover_memory_and_peak() -> None:
    assert index_size.machines(70.4, 256, 2, 20_000, 35_556) == 2
    assert index_size.machines(704, 256, 2, 20_000, 35_556) == 8
    assert index_size.machines(1, 256, 1, 1000, 100) == 17
