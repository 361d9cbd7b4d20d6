"""The vector index as a source of its own: tracks of the catalogue that sound like the seed.

Apart from the catalogue's tables because it can be missing while they are there: Vectorize has no
local form, and a new index takes a while to fill. A run then goes on and says so.
"""

from grovemusic.catalogue.features import audio_vector
from grovemusic.domain.ask import Era
from grovemusic.domain.errors import StorageFailure, UpstreamError
from grovemusic.domain.music import Candidate, Evidence, Part, Profile
from grovemusic.ports import VectorIndex
from grovemusic.sources.silent import Silent
from grovemusic.store.catalogue import SOURCE, Catalogue

NEIGHBOURS = 50  # what the vector index gives with metadata


class SoundSource(Silent):
    """Implements `ports.Source` over audio vectors, which stand for rows of the catalogue."""

    name = "vectors"
    is_ours = True
    effect_when_missing = "no tracks that are close in sound only"

    def __init__(self, catalogue: Catalogue, vectors: VectorIndex) -> None:
        self._catalogue, self._vectors = catalogue, vectors

    async def candidates(
        self, seed: Profile, *, wanted: int, seed_number: int, era: Era | None
    ) -> list[Candidate]:
        """The nearest vectors, if the seed's sound is known. One query.

        Raises:
            UpstreamError: the index does not answer.
        """
        del wanted, era  # the index answers with at most fifty, of all years
        if seed.track.features is None:
            return []
        corpus = await self._catalogue.corpus(())
        values = audio_vector(seed.track.features, seed.track.popularity, corpus.spread)
        try:
            matches = await self._vectors.query(values, top_k=NEIGHBOURS)
        except StorageFailure as error:
            raise UpstreamError(self.name, "the vector index does not answer") from error
        facts = {
            match.id: Evidence(
                part=Part.AUDIO,
                source=SOURCE,
                fact="vector_neighbour",
                value=round(match.score, 4),
                rank=rank,
                seed=seed_number,
            )
            for rank, match in enumerate(matches, 1)
        }
        tracks = await self._catalogue.tracks(facts)
        return [
            Candidate(track=tracks[track_id], evidence=(fact,))
            for track_id, fact in facts.items()
            if track_id in tracks and track_id != seed.track.id
        ]
