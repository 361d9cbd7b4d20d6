"""What weights are chosen with equals what the pipeline computes."""

import numpy as np
import pytest
from quality_gate.invented_lists import invented_lists

from grovemusic.domain.music import Part
from grovemusic.pipeline.weights import WEIGHTS
from quality.splits import Split, Task, case, rounds_tested
from quality.vectorised import Facts, Learnt, best, overall
from quality.world import World


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """Parts of the same candidates from the pipeline and from numpy, over three tasks."""
    data = invented_lists()
    (first, *_rest) = rounds_tested(data, Split.RANDOM)
    learnt = Learnt(Facts(data), first.training)
    world = World(data, tmp_path_factory.mktemp("world"))
    found = []
    with world.learnt(first.training) as pipeline:
        for task in Task:
            asked = case(first.tested[0], task)
            scored, _profiles = pipeline.scored(asked.seeds)
            numbers = [world.number[each.track.id] for each in scored]
            found.append((scored, numbers, learnt.parts(asked.seeds)))
    yield found
    world.close()


@pytest.mark.parametrize("part", [Part.TAGS, Part.AUDIO, Part.TIME, Part.POPULARITY])
def test_what_needs_no_neighbours_is_equal_for_every_candidate(both, part):
    for scored, numbers, parts in both:
        ours = [
            np.nan if each.parts[part].value is None else each.parts[part].value for each in scored
        ]
        np.testing.assert_allclose(ours, parts[part][numbers], atol=1e-6)


@pytest.mark.parametrize(
    ("part", "kind"),
    [(Part.COOCCURRENCE, "together_in_playlists"), (Part.ARTIST, "similar_artist")],
)
def test_what_comes_from_neighbours_is_equal_where_none_was_cut_off(both, part, kind):
    """With one seed; mining keeps the closest hundred tracks and fifty artists."""
    scored, numbers, parts = both[0]
    compared = 0
    for each, number in zip(scored, numbers, strict=True):
        if any(fact.fact == kind for fact in each.parts[part].evidence):
            assert each.parts[part].value == pytest.approx(parts[part][number], abs=1e-4)
            compared += 1
    assert compared > 5


def test_the_order_is_that_of_the_score(both):
    scored, numbers, _parts = both[0]
    ours = {
        part: np.array([np.nan if (v := each.parts[part].value) is None else v for each in scored])
        for part in Part
    }
    totals = overall(ours, WEIGHTS)
    points = [each.overall for each in scored]
    assert np.all(np.diff(totals) <= 1e-4)
    assert len(points) == len(numbers)


def test_the_best_leave_out_the_seeds():
    assert best(np.array([3.0, 1.0, 2.0, 5.0]), [3], 2) == [0, 2]
