"""The listener's own songs as tracks of the list, for asks with `include_seed`. Pure."""

from collections.abc import Sequence

from grovemusic.domain.music import Part, PartScore, Profile, ScoredTrack
from grovemusic.domain.playlist import FlowRole, PlaylistTrack


def seed_tracks(seeds: Sequence[Profile]) -> list[PlaylistTrack]:
    """The seeds at positions 1, 2, …, with nothing scored: they are the measure."""
    return [
        PlaylistTrack(
            position=number,
            scored=ScoredTrack(
                track=seed.track,
                parts={part: PartScore(value=None) for part in Part},
                overall=10.0,
                confidence=1.0,
            ),
            flow_role=FlowRole.OPENER if number == 1 else FlowRole.BUILDER,
            reason="The song you asked for.",
            is_seed=True,
        )
        for number, seed in enumerate(seeds, 1)
    ]
