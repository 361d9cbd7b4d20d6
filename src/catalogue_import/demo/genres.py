# ruff: noqa: E501  # a table: one row a line
"""The kinds of music of the invented world, as data: genres, sub-genres, how they sound, when.

The figures are guesses of a listener, not measurements of anybody's catalogue.
"""

from typing import NamedTuple


class Genre(NamedTuple):
    """What all sub-genres of a genre share.

    Attributes:
        share: How much of the catalogue it is, in parts of all shares.
        place: On a map of music, each 0-1: played by hand .. by machine, calm .. fierce,
            made for listening .. for moving.
        instrumental: Share of tracks without voice.
        minor: Share of tracks in a minor key.
        length_s: Typical playing time.
        acts: Who makes it: band, singer, rapper, producer or ensemble (demo/naming.py).
        flavour: Which words its titles like (demo/words.py).
    """

    name: str
    share: int
    place: tuple[float, float, float]
    tempo_bpm: float
    energy: float
    danceability: float
    valence: float
    acousticness: float
    instrumental: float
    speechiness: float
    loudness_db: float
    minor: float
    length_s: int
    acts: str
    flavour: str


class Subgenre(NamedTuple):
    """How a sub-genre differs from its genre, and when it began and was at its height."""

    name: str
    genre: str
    share: int
    began: int
    peak: int
    tempo_bpm: float = 0.0
    energy: float = 0.0
    valence: float = 0.0
    acousticness: float = 0.0


# fmt: off
GENRES = (
    Genre("rock", 9, (.35, .66, .25), 124, .70, .50, .53, .15, .06, .05, -8.5, .38, 245, "band", "plain"),
    Genre("alternative", 6, (.42, .64, .20), 122, .72, .48, .45, .10, .10, .05, -7.5, .42, 240, "band", "plain"),
    Genre("indie", 8, (.42, .50, .22), 120, .60, .55, .48, .25, .12, .05, -8.5, .38, 230, "band", "tender"),
    Genre("pop", 9, (.66, .52, .55), 118, .66, .66, .56, .18, .02, .06, -6.5, .40, 210, "singer", "tender"),
    Genre("hip hop", 8, (.70, .60, .90), 106, .65, .74, .50, .16, .04, .24, -7.2, .52, 205, "rapper", "street"),
    Genre("r&b", 5, (.60, .34, .80), 102, .52, .67, .48, .26, .02, .09, -8.0, .52, 225, "singer", "tender"),
    Genre("soul", 4, (.24, .42, .74), 108, .52, .60, .63, .42, .03, .05, -9.8, .40, 205, "singer", "tender"),
    Genre("funk", 3, (.36, .58, .92), 109, .70, .77, .76, .20, .12, .07, -9.0, .48, 260, "band", "street"),
    Genre("disco", 3, (.62, .58, .97), 120, .76, .75, .74, .12, .08, .05, -8.4, .50, 285, "band", "plain"),
    Genre("house", 5, (.90, .62, .86), 124, .75, .78, .52, .05, .48, .06, -8.2, .58, 330, "producer", "machine"),
    Genre("techno", 4, (1.0, .72, .80), 131, .80, .72, .30, .04, .74, .06, -9.0, .60, 370, "producer", "machine"),
    Genre("electronic", 6, (.90, .40, .48), 112, .58, .62, .40, .20, .52, .06, -9.4, .52, 265, "producer", "machine"),
    Genre("drum and bass", 3, (.96, .82, .74), 168, .84, .58, .38, .04, .44, .08, -5.9, .58, 285, "producer", "machine"),
    Genre("ambient", 3, (.80, .04, .08), 92, .20, .28, .16, .72, .88, .04, -19.0, .46, 340, "producer", "machine"),
    Genre("metal", 5, (.42, .99, .05), 126, .91, .38, .30, .02, .20, .08, -6.0, .50, 275, "band", "dark"),
    Genre("punk", 4, (.34, .90, .16), 150, .88, .44, .54, .04, .04, .07, -6.2, .34, 165, "band", "street"),
    Genre("folk", 4, (.05, .20, .10), 112, .32, .48, .42, .80, .10, .04, -12.6, .34, 225, "singer", "country"),
    Genre("singer-songwriter", 5, (.16, .26, .22), 116, .40, .52, .40, .64, .03, .04, -10.2, .34, 230, "singer", "tender"),
    Genre("country", 4, (.10, .42, .32), 120, .56, .58, .60, .38, .01, .04, -8.6, .18, 205, "singer", "country"),
    Genre("blues", 3, (.10, .46, .42), 110, .46, .54, .58, .58, .06, .06, -11.0, .40, 225, "singer", "country"),
    Genre("jazz", 5, (.04, .30, .52), 112, .34, .54, .50, .78, .56, .05, -13.8, .48, 320, "ensemble", "plain"),
    Genre("classical", 4, (.00, .08, .00), 104, .18, .30, .24, .93, .86, .04, -20.5, .48, 300, "ensemble", "score"),
    Genre("reggae", 3, (.36, .40, .86), 126, .52, .76, .70, .22, .06, .10, -9.4, .42, 225, "band", "street"),
    Genre("latin", 5, (.22, .50, .84), 112, .64, .70, .70, .36, .02, .08, -7.6, .44, 215, "singer", "tender"),
    Genre("world", 3, (.15, .46, .68), 114, .56, .64, .62, .48, .14, .06, -9.6, .48, 280, "band", "plain"),
    Genre("soundtrack", 2, (.30, .20, .05), 106, .28, .32, .22, .70, .86, .04, -17.0, .52, 185, "ensemble", "plain"),
)

SUBGENRES = (
    Subgenre("classic rock", "rock", 6, 1964, 1974),
    Subgenre("hard rock", "rock", 4, 1968, 1981, 4, .14, -.04, -.08),
    Subgenre("psychedelic rock", "rock", 3, 1965, 1969, -4, -.06, -.04, .10),
    Subgenre("progressive rock", "rock", 3, 1968, 1974, -2, -.08, -.14, .08),
    Subgenre("garage rock", "rock", 3, 1963, 2002, 10, .12, .08, -.08),
    Subgenre("soft rock", "rock", 3, 1970, 1979, -8, -.22, .02, .22),
    Subgenre("alternative rock", "alternative", 6, 1985, 1997),
    Subgenre("grunge", "alternative", 3, 1987, 1993, -4, .06, -.08, -.05),
    Subgenre("post-rock", "alternative", 3, 1993, 2004, -2, -.16, -.22, .08),
    Subgenre("noise rock", "alternative", 2, 1984, 1995, 2, .14, -.10, -.06),
    Subgenre("space rock", "alternative", 1, 1971, 1998, -4, -.06, -.12, .02),
    Subgenre("indie rock", "indie", 6, 1986, 2007, 4, .10),
    Subgenre("indie pop", "indie", 5, 1985, 2014, 0, -.02, .10, .05),
    Subgenre("shoegaze", "indie", 3, 1988, 1992, -2, .08, -.16, -.15),
    Subgenre("dream pop", "indie", 3, 1984, 2013, -8, -.14, -.14, .06),
    Subgenre("lo-fi", "indie", 3, 1989, 2018, -12, -.22, -.04, .28),
    Subgenre("jangle pop", "indie", 2, 1982, 1988, 8, .04, .12, -.02),
    Subgenre("synth-pop", "pop", 4, 1978, 1985, 4, .04, .04, -.06),
    Subgenre("dance pop", "pop", 5, 1984, 2011, 4, .10, .06, -.08),
    Subgenre("art pop", "pop", 3, 1975, 2015, -4, -.12, -.14, .18),
    Subgenre("electropop", "pop", 4, 2000, 2014, 2, .08, .00, -.10),
    Subgenre("piano pop", "pop", 3, 1970, 2008, -6, -.20, -.10, .34),
    Subgenre("boom bap", "hip hop", 4, 1987, 1994, -12, .02, .06),
    Subgenre("trap", "hip hop", 6, 2004, 2018, 30, .00, -.10),
    Subgenre("conscious hip hop", "hip hop", 3, 1988, 2005, -12, .02),
    Subgenre("g-funk", "hip hop", 2, 1991, 1995, -12, .00, .14, -.06),
    Subgenre("cloud rap", "hip hop", 2, 2009, 2016, 24, -.16, -.18, .14),
    Subgenre("jazz rap", "hip hop", 2, 1989, 1994, -14, -.08, .08, .12),
    Subgenre("contemporary r&b", "r&b", 5, 1985, 2004),
    Subgenre("neo soul", "r&b", 4, 1995, 2002, -8, -.06, .04, .10),
    Subgenre("new jack swing", "r&b", 2, 1987, 1991, 4, .18, .18, -.16),
    Subgenre("alternative r&b", "r&b", 3, 2009, 2017, 4, -.06, -.16, .08),
    Subgenre("northern soul", "soul", 2, 1963, 1968, 12, .12, .14),
    Subgenre("southern soul", "soul", 3, 1962, 1969, -4, -.04),
    Subgenre("philly soul", "soul", 3, 1969, 1975, 0, .04, .06, -.10),
    Subgenre("deep soul", "soul", 2, 1962, 1971, -14, -.12, -.16, .10),
    Subgenre("deep funk", "funk", 3, 1967, 1972, 2, .06, .04, .06),
    Subgenre("boogie", "funk", 3, 1978, 1983, 4, .02, .04, -.10),
    Subgenre("jazz-funk", "funk", 3, 1972, 1977, 0, -.10, -.02, .10),
    Subgenre("italo disco", "disco", 3, 1979, 1984, 2, .04, .00, -.04),
    Subgenre("nu disco", "disco", 3, 2002, 2013, -2, .00, -.04),
    Subgenre("euro disco", "disco", 3, 1975, 1979, 4, .02, .04),
    Subgenre("deep house", "house", 4, 1985, 2014, -2, -.12, -.04, .06),
    Subgenre("tech house", "house", 4, 1994, 2019, 2, .08),
    Subgenre("acid house", "house", 2, 1986, 1989, 0, .04, -.04),
    Subgenre("french house", "house", 2, 1995, 1999, 0, .08, .14),
    Subgenre("progressive house", "house", 3, 1991, 2012, 4, .06, -.16),
    Subgenre("detroit techno", "techno", 3, 1986, 1992, -2, -.04, .10),
    Subgenre("minimal techno", "techno", 3, 1993, 2006, -5, -.12),
    Subgenre("dub techno", "techno", 2, 1993, 2009, -9, -.26, -.10, .14),
    Subgenre("hard techno", "techno", 3, 1992, 2021, 14, .14, -.08),
    Subgenre("idm", "electronic", 3, 1991, 1999, 4, .00, -.04),
    Subgenre("downtempo", "electronic", 4, 1993, 2003, -18, -.14, .04, .14),
    Subgenre("trip hop", "electronic", 3, 1991, 1997, -24, -.08, -.06, .10),
    Subgenre("synthwave", "electronic", 3, 2006, 2018, 4, .18, -.04, -.14),
    Subgenre("breakbeat", "electronic", 3, 1990, 1999, 18, .24, .12, -.14),
    Subgenre("liquid funk", "drum and bass", 3, 1999, 2010, 4, -.10, .06, .10),
    Subgenre("jungle", "drum and bass", 3, 1991, 1994, -4, .02, .10),
    Subgenre("neurofunk", "drum and bass", 2, 1998, 2012, 4, .10, -.12),
    Subgenre("dubstep", "drum and bass", 4, 2002, 2011, -28, .00, -.08),
    Subgenre("uk garage", "drum and bass", 3, 1995, 2000, -35, -.06, .24, .06),
    Subgenre("drone", "ambient", 3, 1975, 2009, -8, -.06, -.06),
    Subgenre("dark ambient", "ambient", 3, 1980, 2003, -4, .06, -.08, -.16),
    Subgenre("space ambient", "ambient", 3, 1976, 1996, 4, .02, .02, -.06),
    Subgenre("new age", "ambient", 3, 1972, 1988, 6, .02, .12, .12),
    Subgenre("heavy metal", "metal", 4, 1970, 1983, 4, -.06, .12),
    Subgenre("thrash metal", "metal", 3, 1983, 1988, 20, .04, .02),
    Subgenre("black metal", "metal", 3, 1984, 1996, 12, .02, -.12),
    Subgenre("doom metal", "metal", 3, 1978, 2006, -30, -.16, -.10, .04),
    Subgenre("death metal", "metal", 3, 1986, 1993, 10, .05, -.08),
    Subgenre("metalcore", "metal", 3, 1996, 2008, 10, .03, -.04),
    Subgenre("hardcore punk", "punk", 3, 1979, 1984, 12, .06, -.06),
    Subgenre("pop punk", "punk", 4, 1990, 2003, 4, .00, .06),
    Subgenre("post-punk", "punk", 4, 1978, 1982, -14, -.12, -.04, .02),
    Subgenre("skate punk", "punk", 2, 1985, 1997, 16, .05, .08),
    Subgenre("indie folk", "folk", 4, 1999, 2012, 2, .06, -.04, -.08),
    Subgenre("folk rock", "folk", 3, 1965, 1970, 4, .16, .10, -.24),
    Subgenre("freak folk", "folk", 2, 1968, 2005, -4, -.02, .02),
    Subgenre("celtic folk", "folk", 2, 1968, 1994, 4, .08, .12),
    Subgenre("chamber pop", "singer-songwriter", 3, 1967, 2006, 0, .06, .00, -.04),
    Subgenre("acoustic", "singer-songwriter", 4, 1990, 2015, 0, -.06, .02, .14),
    Subgenre("slowcore", "singer-songwriter", 3, 1990, 1999, -22, -.12, -.16, .02),
    Subgenre("outlaw country", "country", 3, 1969, 1977, -4, -.08, .04, .10),
    Subgenre("honky tonk", "country", 2, 1952, 1963, 4, -.10, .12, .28),
    Subgenre("alt-country", "country", 3, 1989, 2000, 0, .04, -.14, -.04),
    Subgenre("country pop", "country", 4, 1978, 2011, 4, .14, .00, -.16),
    Subgenre("bluegrass", "country", 2, 1950, 1972, 18, .00, .14, .36),
    Subgenre("electric blues", "blues", 3, 1950, 1966, 4, .06, .06, -.06),
    Subgenre("acoustic blues", "blues", 3, 1950, 1964, -2, -.20, .00, .34),
    Subgenre("blues rock", "blues", 4, 1965, 1972, 6, .20, .00, -.30),
    Subgenre("cool jazz", "jazz", 3, 1950, 1959, -4, -.08, .00, .06),
    Subgenre("hard bop", "jazz", 3, 1953, 1962, 12, .08, .06),
    Subgenre("free jazz", "jazz", 2, 1958, 1967, 6, .12, -.06),
    Subgenre("vocal jazz", "jazz", 3, 1950, 1960, -6, -.10, .04, .04),
    Subgenre("jazz fusion", "jazz", 3, 1969, 1976, 8, .26, .10, -.38),
    Subgenre("spiritual jazz", "jazz", 2, 1964, 1971, -4, .02, -.04),
    Subgenre("solo piano", "classical", 4, 1955, 2016, 2, -.06, .02, .04),
    Subgenre("chamber music", "classical", 3, 1955, 1990),
    Subgenre("orchestral", "classical", 3, 1955, 1985, 2, .12, -.02, -.06),
    Subgenre("minimalism", "classical", 3, 1966, 2010, 8, .08, .06, -.06),
    Subgenre("roots reggae", "reggae", 4, 1970, 1977, 0, -.04),
    Subgenre("dub", "reggae", 3, 1971, 1979, -2, -.08, -.06, -.04),
    Subgenre("rocksteady", "reggae", 2, 1965, 1967, 2, -.06, .08, .12),
    Subgenre("dancehall", "reggae", 3, 1979, 2003, -20, .20, -.02, -.06),
    Subgenre("bossa nova", "latin", 3, 1958, 1964, 10, -.32, -.02, .38),
    Subgenre("salsa", "latin", 3, 1964, 1975, -10, .12, .16, .10),
    Subgenre("cumbia", "latin", 3, 1955, 1998, -14, .04, .14, .06),
    Subgenre("latin pop", "latin", 4, 1975, 2010, 4, .06, -.06, -.12),
    Subgenre("reggaeton", "latin", 4, 1998, 2018, -16, .12, -.02, -.18),
    Subgenre("afrobeat", "world", 3, 1969, 1977, -4, .14, .12, -.22),
    Subgenre("desert blues", "world", 2, 1990, 2010, 4, .02, -.04, -.04),
    Subgenre("chanson", "world", 3, 1950, 1965, -2, -.20, -.14, .26),
    Subgenre("highlife", "world", 2, 1957, 1972, 6, .06, .22, -.04),
    Subgenre("film score", "soundtrack", 4, 1958, 2012),
    Subgenre("video game music", "soundtrack", 2, 1986, 2008, 16, .26, .24, -.36),
    Subgenre("library music", "soundtrack", 2, 1965, 1975, 2, .14, .22, -.14),
)

# What listeners call a mood, with the energy and valence it stands for.
MOODS = (
    ("melancholic", .30, .18), ("sad", .22, .12), ("mellow", .28, .42), ("chill", .38, .52),
    ("dreamy", .34, .32), ("romantic", .40, .46), ("happy", .66, .86), ("upbeat", .80, .78),
    ("energetic", .90, .58), ("aggressive", .94, .26), ("dark", .62, .14), ("hypnotic", .60, .34),
    ("feel good", .56, .74), ("calm", .14, .30), ("party", .84, .70), ("atmospheric", .44, .22),
)
# fmt: on

VOICES = ("female vocalists", "male vocalists", "instrumental")
PERSONAL = (
    "seen live", "songs i sing in the shower", "my favourites", "for the long drive home",
    "awesome", "reminds me of someone", "sunday kitchen", "beautiful", "check this out",
    "songs with a great bassline", "played at our wedding", "headphones only", "2 am", "masterpiece",
    "neighbours hate this", "good rain",
)  # fmt: skip
