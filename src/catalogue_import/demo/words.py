# ruff: noqa: E501  # lists of words are easier to look over in long lines
"""The words that names of the invented world are built from. Data only.

Surnames, places and one-word acts are put together from syllables; bands and titles from words
that real names seldom use together.
"""

from typing import NamedTuple

GIVEN = """
Ada Agnes Alma Anselm Ansel August Aurel Basil Beatrix Bernice Bram Calder Cecily Clement Cora Corin
Cosmo Dahlia Delphine Dorian Edda Edith Effie Elden Elias Elodie Elsbeth Emeric Enid Esme Etta
Evander Fabian Felicity Fenn Fergus Flora Frances Gideon Greta Gwen Hadley Harriet Hazel Hester
Ida Imogen Ines Ingrid Iris Isolde Ivo Jasper Jonah Jora Juno Kit Lavinia Leander Leopold Liesel
Linnea Lorcan Lotte Lucian Lydia Mabel Maren Marguerite Matilda Merle Mira Mordecai Nell Nerys
Noor Octavia Odette Olwen Orla Oswin Otis Ottilie Pascal Perpetua Petra Phineas Primrose Quincy
Ramona Reuben Roland Romy Rosalind Rufus Runa Sable Saskia Selma Silas Sabine Sunniva Tabitha
Tamsin Theodora Thora Tobias Ulric Una Verity Viola Walter Wilhelmina Winifred Xanthe Yara Ysolde
Zelda Zora Abena Akosua Kofi Kwaku Amara Chidi Ebele Tunde Wanjiru Baako Sefu Imani Nia Thabo
Anjali Devika Kiran Meera Rohan Sanjana Tariq Leila Samira Yusuf Zainab Emeka Ifeoma Paloma Rafaela
Joaquim Marisol Inigo Fausto Celestina Ottavio Bruna Vasco
""".split()

SURNAME_STARTS = """
Ald Ash Bel Blen Bram Brack Cal Cor Crom Dar Dell Dray Dun Eld Fal Fen Fern Gar Glen Gran Hal
Harl Hask Hol Ing Jar Kel Kers Lang Lar Lin Lor Marr Mer Mil Nor Oak Ost Pell Pen Quil Rad
Rav Ren Rook Ros Sal Sed Sel Sten Stor Tam Tarr Thorn Tol Tre Ul Van Vel Ven Ver Vos Wark Wel Whin
Wil Wol Yar Yel Zel
""".split()
SURNAME_ENDS = """
acre an ard aster bane beck bell berg bourne bray brook bury by cade combe cott crane croft dale den
dine don drick ell en er field ford fort gate grove ham hart haven holt hurst ing kin lake lan land
lane leigh lin low man mere mont moor more nell ness ney ock over pool quist ridge rin rose sall sby
sell shaw side stead stow tham thorpe ton trel vale vane ver vin wald ward well wick wood worth
""".split()

PLACE_STARTS = "Port North East Upper Fort Saint Lake New Old Cape Mount Glen".split()

# Beginnings of a syllable, vowels, ends of a syllable inside a word and at its end.
SOUNDS = (
    "b br d dr f fl g gl h j k kl l m n p pl qu r s sh st t th tr v y z".split(),
    "a a a e e e i i o o u ae ai ei eo ia io ou".split(),
    ",,,,,l,m,n,r,s".split(","),
    "d k l lm m n nd r rn s sk t th v x z".split(),
)

ADJECTIVES = """
Ancient Apricot Ashen Autumn Azure Barefoot Borrowed Brass Brittle Bronze Careful Cedar
Chalk Civil Clockwork Cobalt Copper Coral Crooked Curious Damp Distant Double Drowsy Dusty Early
Electric Elder Empty Faithful Faint Feral Fickle Final Flint Foreign Forgotten Formal Fragile
Frosted Gentle Gilded Glass Grateful Gravel Half Harmless Hazel Heavy Hidden Hollow Honest Humble
Idle Indigo Inland Iron Ivory Jade Kindred Lacquer Lantern Late Lavender Leaden Lesser Linen Little
Lonesome Long Lucid Lunar Marble Meadow Midnight Minor Modest Mossy Muted Narrow Nearly
Nervous Nocturnal Northern Ochre Old Olive Open Opal Orchid Ordinary Outer Oval Painted Pale
Paper Patient Pearl Perfect Pewter Plastic Plum Polar Polite Porcelain Private Quiet Rainy Rapid
Reluctant Restless Rusted Saffron Salted Sandy Scarlet Second Secret Severe Shallow Silent Silken
Silver Simple Sleepless Slow Smoky Soft Solar Solemn Southern Spare Speckled Static Stray Sudden
Summer Sunken Tender Tidal Tin Tired Uncertain Undersea Unfinished Unlit Upright Vacant Velvet
Vermilion Violet Wandering Warm Weathered Western Wicker Wild Winter Wooden Woollen Woven Yonder
""".split()

NOUNS = """
Acorn Afternoon Airfield Almanac Anchor Answer Apron Arcade Archive Arrow Atlas Attic Avenue Balcony
Ballad Banner Basket Beacon Bell Bicycle Birthday Blanket Blossom Boulevard Bracelet Bramble Bridge
Bucket Button Cabin Cable Calendar Camera Candle Canyon Caravan Carousel Castle Cathedral Ceiling
Cellar Chandelier Chapel Chimney Cinema Circle Clock Cloud Coastline Comet Compass Corner Corridor
Cottage Counter Courtyard Cradle Crane Creek Curtain Daydream Desert Diamond Diary Distance Doorway
Dragonfly Drawer Driveway Ember Engine Envelope Evening Falcon Feather Ferry Fever Field Fire
Firefly Flag Flame Flicker Flood Forest Fountain Fountainhead Fracture Garden Gate Ghost Glacier
Glove Gravel Guitar Hallway Hammer Harbour Harvest Hedge Highway Hill Holiday Horizon Horse
Hotel Hour House Hunter Hurricane Invitation Island Jacket Jar Journey Kettle Keyhole Kingdom Kite
Ladder Lamp Lantern Letter Lighthouse Line Lion Lock Locket Machine Magnet Magnolia Map Marigold
Market Meadow Melody Memory Message Meteor Mile Mirror Moment Monument Morning Motor Mountain Museum
Name Needle Neighbour Night Number Oath Ocean Orange Orbit Orchard Oven Overcoat Owl Page Painting
Palace Parade Passenger Pattern Pavement Pebble Pendulum Photograph Piano Picture Pilot Pillow Planet
Platform Pocket Portrait Postcard Promise Puzzle Quarry Question Radio Railway Rainbow Raincoat
Raven Reason Record Reply Ribbon Ring River Road Roof Room Rope Rose Rumour Runway Sail Satellite
Scar Season Secret Shadow Shelter Shore Signal Sister Sketch Sleeve Slipper Snowfield Soldier
Song Souvenir Spark Sparrow Spiral Staircase Stairwell Station Statue Stone Storm Stranger Stream
Street String Suitcase Summer Sunday Suburb Swallow Swimmer Table Teacup Telegram Temple Theatre
Thread Threshold Ticket Tide Tower Town Trail Train Treasure Tree Trumpet Tunnel Umbrella Valley
Vase Vessel Village Violin Visitor Voice Voyage Wagon Wall Waltz Waterfall Wave Weekend Whisper Widow
Window Winter Wire Word Year
""".split()

FLAVOURED = {
    "plain": "Alibi Bandit Carnival Emperor Gambler Pharaoh Prophet Saloon Serpent Thunder".split(),
    "tender": "Breath Dress Goodbye Heartbeat Kiss Lover Pulse Shoulder Tear Teenager".split(),
    "street": "Block Cadillac Dollar Hustle Ledger Penthouse Sidewalk Sneaker Throne Receipt".split(),
    "machine": "Antenna Circuit Delay Filter Frequency Modem Phosphor Sequence Transistor Vector".split(),
    "dark": "Abyss Altar Crypt Gallow Plague Ruin Skull Talon Tomb Wolf".split(),
    "country": "Barn Fiddle Haystack Porch Rooster Saddle Tractor Truck Whiskey Whippoorwill".split(),
    "score": "Arabesque Barcarolle Caprice Elegy Etude Fantasia Nocturne Pavane Prelude Sarabande".split(),
}  # fmt: skip

TITLE_FORMS = {
    "any": (
        "{noun}", "{adjective} {noun}", "{adjective} {noun}", "{adjective} {nouns}",
        "{noun} in {place}", "The {noun} and the {other}", "{noun} of {others}", "A {noun} for {name}",
        "Every {noun}", "One More {noun}", "No More {nouns}", "{nouns}", "The {adjective} {noun}",
        "{other} {noun}", "{name}'s {noun}", "Between the {nouns}", "All the {adjective} {nouns}",
    ),
    "plain": (
        "{verb} the {noun}", "{verb} to the {noun}", "King of the {nouns}", "Ballad of the {noun}",
        "Back to the {noun}", "Ride the {adjective} {noun}", "{noun} Woman", "{noun} Man",
    ),
    "tender": (
        "You Are My {noun}", "I Left My {noun} in {place}", "Don't {verb} My {noun}",
        "Call Me {noun}", "Tell Me About the {noun}", "If I Were Your {noun}", "{noun} (Stay With Me)",
        "Your {adjective} {noun}", "How to {verb} a {noun}", "Another {noun} Without You",
    ),
    "street": (
        "{noun} Talk", "{noun} Money", "Got the {noun}", "Too Many {nouns}", "{noun} Season",
        "{verb} That {noun}", "{noun} Business", "From the {noun} Up", "Make It {noun}",
    ),
    "machine": (
        "{noun} {number}", "{noun}.{number}", "{noun} Theory", "{verb} / {noun}", "{noun} Function",
        "{adjective} {noun} Drift", "{noun} Loop", "Sub {noun}", "{noun}, Unfolding",
    ),
    "dark": (
        "{verb} the {adjective} {noun}", "Beneath the {noun}", "{noun} of the {adjective} {other}",
        "Beyond {adjective} {nouns}", "Throne of {nouns}", "Upon the {noun}", "{noun} Eternal",
    ),
    "country": (
        "{noun} Blues", "Down by the {noun}", "My Old {noun}", "{noun} on the Hill",
        "{place} {noun}", "When the {noun} Comes Around", "{name} and the {noun}", "Lonesome {noun}",
    ),
    "score": (
        "{form} No. {ordinal} in {scale}", "{form} No. {ordinal}", "{form} No. {ordinal}, \u201c{noun}\u201d",
    ),
}  # fmt: skip

VERBS = """
Answer Borrow Bring Burn Carry Chase Climb Count Cross Draw Drive Fold Follow Forgive Gather Hold
Keep Leave Lift Mend Move Open Outrun Paint Pour Raise Remember Repeat Return Rise Run Shake Sing
Sleep Sow Swim Talk Trace Turn Unfold Wait Wake Walk Wander Weave Write
""".split()

SCALES = tuple(
    f"{note} {mode}"
    for note in ("C", "D", "E-Flat", "E", "F", "G", "A-Flat", "A", "B-Flat", "B")
    for mode in ("Major", "Minor")
)

ROUNDS = ("", " II", " III", " IV", " V", " VI", " VII", " VIII", " IX", " X", " XI", " XII",
           " XIII", " XIV", " XV", " XVI", " XVII", " XVIII", " XIX", " XX")  # fmt: skip
BAND = (
    "The {adjective} {nouns}", "{adjective} {noun}", "{noun} & {other}",
    "{noun} of {others}", "{place} {nouns}", "{adjective} {noun} {other}", "{sound}", "{surname} {noun}",
    "{given} & the {nouns}", "The {surname} {nouns}",
)  # fmt: skip
ACTS = {
    "band": BAND,
    "singer": ("{given} {surname}",) * 7 + ("{given} {given2} {surname}", "{sound}", "{adjective} {noun}"),
    "rapper": (
        "Uncle {noun}", "MC {sound}", "{sound}", "{given} {noun}", "{noun} the {adjective}",
        "Big {surname}", "{adjective} {given}", "{noun} {noun2}",
    ),
    "producer": (
        "{sound}", "{sound}", "DJ {sound}", "{noun}{lower}", "{given} {surname}", "{noun} {number}",
        "{adjective} {noun}", "{sound} & {surname}",
    ),
    "ensemble": (
        "{given} {surname}", "{given} {surname}", "{given} {surname} Trio", "{surname} Quartet",
        "{given} {surname} Quintet", "{place} Ensemble", "The {surname} Orchestra", "{place} Players",
    ),
}  # fmt: skip
PLAYLISTS = {
    "era": ("{decade}s {style}", "{style}: the {decade}s", "best of {decade}s {style}", "{style} {year}"),
    "style": ("{style}", "{style} essentials", "all things {style}", "{style} for beginners",
              "deep {style}", "{adjective} {style}", "my {style} shelf"),
    "mood": ("{mood} {style}", "{mood} {style} evening", "{style}, but {mood}", "{mood} {noun}"),
    "moment": ("{mood} songs", "{moment}", "{moment} ({mood})", "{mood} {moment}", "{moment} {year}"),
    "albums": ("albums i own", "side by side: {style}", "{style} albums in order", "shelf {number}"),
    "artist": ("{artist} and friends", "best of {artist}", "if you like {artist}", "{artist} radio"),
}  # fmt: skip
MOMENTS = (
    "slow sunday", "night drive", "long run", "washing up", "study hall", "first coffee", "last train",
    "kitchen disco", "rain on the roof", "deep work", "garden party", "road trip", "bath time",
    "warm up", "cool down", "after midnight", "school run", "gym", "dinner for six", "train window",
)  # fmt: skip
HALLS = ("Hall", "Arena", "Theatre", "Festival", "Ballroom", "Rooms", "Radio House")


class Tongue(NamedTuple):
    """How acts and titles of another language are put together.

    Attributes:
        tag: What listeners tag such music with.
        share: Parts in a thousand of all acts.
        person: Order of the parts of a person's name.
        act: How two words make the name of a group.
        title: How two words make a title.
    """

    tag: str
    share: int
    given: list[str]
    family: list[str]
    openings: list[str]
    closings: list[str]
    person: str
    act: str
    title: tuple[str, ...]


TONGUES = (
    Tongue(
        "japanese", 14,
        "みのり 澪 あかね 千景 紬 柊 蓮太 灯里 ほたる 悠真 小夜 凪 律 朔".split(),
        "霧崎 白瀬 月岡 藤波 鳴海沢 雪代 葉隠 空木 砂原 青柳川 時任野 音無瀬".split(),
        "夜明け 硝子 雨音 月影 海辺 銀河 花火 風船 手紙 真夏 路地裏 木漏れ日 流星 初雪 終電 水平線 秋桜 迷子 灯台 写真".split(),
        "図書館 旅人 約束 記憶 散歩道 歌声 猫 行方 交差点 温度 小舟 窓辺 物語 鯨 合図 季節".split(),
        "{family}{given}", "{opening}{closing}", ("{opening}の{closing}", "{opening}と{closing}", "{closing}、{opening}"),
    ),
    Tongue(
        "russian", 12,
        "Аглая Варвара Глеб Демьян Ефим Злата Игнат Кира Лукерья Мирон Нестор Платон Таисия Фома".split(),
        "Берестень Верходуб Голубень Журавка Калинец Ледовой Морошко Снегирь Туманный Черновод".split(),
        "Тихий берег|Последний трамвай|Голос|Город|Письмо|Вечер|Берег|Окно|Дорога|Сад|Ветер|Огни|Тень|Ключ|Мост|Осень|Дом|Корабль|Сон|Снег".split("|"),
        "тишины|дождей|зимы|полуночи|севера|моря|памяти|рассвета|надежды|часовщика|фонарей|журавлей|сентября|стекла|перемен".split("|"),
        "{given} {family}", "{opening} {closing}", ("{opening} {closing}", "{opening} без {closing}", "{opening} у {closing}"),
    ),
    Tongue(
        "persian", 10,
        "آرمین بهار پگاه ترانه رها سپهر شبنم کاوه مهتاب نگار نیما یلدا".split(),
        "نیلوفرزاده آسمانکوه بارانفر ستاره‌نشان سپیدرود کوهپایه دریابان مهرپرور".split(),
        "باران کوچه آواز شب سایه خاطره پنجره رویا نامه باغ چراغ فصل سکوت پرواز نسیم غزل".split(),
        "بهار مهتاب دریا تنهایی سحر غروب زمستان آسمان پاییز انار کویر ستاره جنوب سفر".split(),
        "{given} {family}", "گروه {opening} {closing}", ("{opening} {closing}", "{opening} و {closing}", "{opening} بی {closing}"),
    ),
    Tongue(
        "korean", 10,
        "서림 하율 도담 이솔 가온 라온 해담 나래 단비 여울 미르 슬아".split(),
        "한 문 설 명 탁 은 채 류".split(),
        "푸른 새벽|늦은 오후|작은 섬|파도|겨울밤|골목길|은하수|첫눈|종이배|유리창|달빛|우산|정류장|바람|꽃잎|등대|그림자|여름비".split("|"),
        "편지|노래|산책|약속|기억|인사|여행|온도|발자국|주파수|대답|이야기|극장|비밀|계절".split("|"),
        "{family}{given}", "{opening} {closing}", ("{opening} {closing}", "{opening}의 {closing}", "{opening}과 {closing}"),
    ),
    Tongue(
        "french", 16,
        "Élodie Anaïs Hélène Loïc Noël Zoé Clémence Maëlle Théo Gaëtan Solène Éloi".split(),
        "Vautrèze Délandre Grénier Lémeric Fauvélle Rochâtel Mérandon Quérisse Béaumel Valfrère".split(),
        "L'été|La forêt|Le manège|La fenêtre|L'hôtel|Le théâtre|La lumière|Le désert|La poupée|L'écho|La rivière|Le goéland|La marée|Le fiancé|L'horloge|Le café".split("|"),
        "de verre|des âmes lentes|de février|sans étoiles|du quai désert|de poussière|en hiver|des poètes|de soie|à l'envers|du canal|sous la grêle|d'Élise".split("|"),
        "{given} {family}", "{opening} {closing}", ("{opening} {closing}", "{opening}, {closing}", "{opening} {closing}, encore"),
    ),
    Tongue(
        "spanish", 16,
        "Íñigo Belén Débora Ramón Inés Simón Martín Lucía Tomás Araceli Zoraida".split(),
        "Peñalver Quiñones-Real Albarrán Cañizo Sepúlvega Montoliú Urrézola Bermúdar Zamoraín".split(),
        "Corazón|La canción|El jardín|Mañana|El último tren|La mariposa|El niño|El balcón|La araña|El limón|La estación|El búho|Media luna|El sueño|La señal|El camión".split("|"),
        "de sal|del sur|sin adiós|de otoño|del olvido|en invierno|de algodón|de medianoche|del adiós|de papel|al revés|de la montaña|sin dueño".split("|"),
        "{given} {family}", "{opening} {closing}", ("{opening} {closing}", "{opening}, {closing}", "{opening} {closing}, otra vez"),
    ),
    Tongue(
        "scandinavian", 10,
        "Åse Sölvi Håkon Björg Øyvin Märta Göta Þórdís Jón Æsa Törun".split(),
        "Skårbø Lindåsen Fjällmark Grönvik Ærendal Höglind Sætermo Björkvang Ståhlnes".split(),
        "Vår|Måne|Fjäll|Sjø|Höst|Snö|Lys|Ö|Kväll|Å|Skog|Himmel|Vind|Båt|Sång|Fågel".split("|"),
        "över havet|i mörker|utan ord|för länge sen|på väg|under isen|från norr|i glömska|mot ljuset|bland stjärnor|nær hjemme|før dagen".split("|"),
        "{given} {family}", "{opening} {closing}", ("{opening} {closing}", "{opening}, {closing}", "Än {opening} {closing}"),
    ),
)  # fmt: skip
