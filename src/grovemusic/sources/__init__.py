"""What a service or the catalogue offers the pipeline, behind `ports.Source`.

catalogue     our own tables and vectors: everything, offline
lastfm        tags, listeners, similar tracks and artists
musicbrainz   who recorded it, under which ids, when first released
listenbrainz  what people play in one sitting, listens, tags in bulk
silent        the answers of a source that has nothing to say
"""
