"""Stories of a wish that comes true and of a secret."""

from stories_maker.incidents import incident, likes, turn
from stories_maker.stage import Stage
from stories_maker.world import Thing

LONGINGS: tuple[tuple[str, tuple[str, str], str], ...] = (
    (
        "to be as big as a {house|tree|church tower}",
        ("the {door|roof|bed} was much too small", "{friends|mice and children} ran away, and no {<single_garment>} would fit"),
        "I want to be small again",
    ),
    (
        "to be as small as a {thimble|bean|beetle}",
        ("the cat ~{look|stare} very strangely", "{a drop of rain|one raindrop} nearly ~drown [h.o], and the grass was a jungle"),
        "I want to be my own size",
    ),
    (
        "that everything [h.h] touched would turn into SWEET",
        (
            "the {bread|supper|bed|pillow} {turned|changed} into SWEET",
            "even the dog's nose was SWEET now, and [h] never wanted to see SWEET again",
        ),
        "No more SWEET",
    ),
    (
        "to understand what animals say",
        (
            "the {hens|sparrows|geese} talked all night and only about {corn|the weather|each other}",
            "the {flies|fleas|neighbour's dog} knew {rude songs|no secrets worth knowing}, and nobody would be quiet",
        ),
        "I want some quiet",
    ),
    (
        "never to {go to bed|go to school|wash} again",
        (
            "{after two days|soon} [h.s] {eyes hurt|feet were black|head was empty}",
            "all the others were {asleep|away|far from [h.o]}, and the hours ~grow as long as {trains|winters}",
        ),
        "I will go gladly now",
    ),
    (
        "to be able to fly",
        (
            "the wind did as it liked, and up there it was {cold|icy} without a <single_garment>",
            "the {crows|geese|gulls} asked for a ticket, and how did one come down?",
        ),
        "I want the ground under me",
    ),
    (
        "that all grown-ups were children and all children grown-ups",
        (
            "the <job> cried for {milk|his teddy|a biscuit}, and the <job> would not get off the swing",
            "somebody had to {bake the bread|drive the <vehicle>|cook|go to work}, and there were so many {bills|dishes|forms}",
        ),
        "Let the <job> be a <job> again",
    ),
    (
        "for a <pet> that could talk",
        (
            "it talked {all day|even at night|with its mouth full} about <game>, <fruit> and its <relative>",
            "it told the <job> about the broken <household>, and the <job> told everybody else",
        ),
        "Let it be a plain animal again",
    ),
    (
        "for a mountain of <sweet>",
        (
            "the <sweet> blocked the door, and a <vehicle> got stuck in it",
            "ants came, and wasps, and the <job> with a shovel, and all with a toothache",
        ),
        "Take it away, all but one bag",
    ),
    (
        "to win every game of GAME",
        (
            "nobody wanted to play GAME any more, and then nobody wanted to play <game> either",
            "even the <pet> walked away when [h] came with the {board|ball|cards}",
        ),
        "I want to lose sometimes",
    ),
    (
        "to be a famous <job>",
        (
            "people stood in line with a broken <household> and a sick <pet>, and [h] did not know how to do anything",
            "the real <job> laughed until the <single_garment> burst",
        ),
        "I would rather learn it first",
    ),
    (
        "to be invisible",
        (
            "{people|everybody} sat down on [h.m] and shut doors in [h.s] face",
            "at supper no plate was laid for [h.o], and nobody said good night",
        ),
        "I want to be seen",
    ),
    (
        "that it would be {winter|Christmas|a birthday|Sunday} every day",
        (
            "after {nine|twenty} days nobody could bear the sight of {cake|candles|presents}",
            "the {shops|schools|bakers} never opened, and the milk ran out",
        ),
        "Let it be Monday",
    ),
)
"""What is wished for, the two troubles it brings, and the words that undo it. SWEET and GAME stand for one and the same in all three."""


def wish(stage: Stage) -> None:
    """Wishes come true word for word; each brings trouble; the last undoes the others."""
    tell = stage.tell
    stage.hero()
    stage.introduce()
    longing, trouble, undo = _longing(stage)
    tell.one_of(f"[h] {{had|knew}} one wish only: {longing}", f"day and night [h] ~wish {longing}", f"if only, ~think [h], {longing}!")
    stage.habit("h") if tell.chance(0.5) else likes(stage, "h")
    turn(stage)
    stage.go()
    giver = stage.x(
        "{a <colour> fish|a tiny {man|woman} in a <colour> <single_garment>|a frog with a {crown|gold ring}|a lamp {with a ghost "
        "in it|that coughed}|a fairy with {a cold|one wing|muddy boots}|a talking <household>|a star no bigger than a "
        "<small_item>|an old {crow|tortoise} in spectacles}"
    )
    stage.set("m", Thing(giver.split(" ", 1)[1].split(" with")[0].split(" in a")[0].split(" that")[0].split(" no")[0].split(" in spec")[0]))
    count = stage.rng.choice(("one wish", "two wishes", "three wishes"))
    tell.say(
        f"<one_day>{{,|}} [h] <moved> to [p] to {stage.base(stage.does())}. {stage.spot('bui')} {{sat|was|lay}} {giver}, {{caught "
        f"in a thread|stuck fast|sneezing|upside down|very dusty}}"
    )
    tell.act("h", "~{help|free|dust} it", "~give it <food_snack>")
    tell.say(
        f'"{{Thank you. For that|For your trouble|As a reward}} you have {count}," it {{~say|~squeak|~whisper}}. "{{But choose '
        f'your words|Mind what you say|Think first|No money back}}!"'
    )
    stage.feel("h", "surprised")
    tell.one_of(
        f"[h] did not think {{for long|twice}}. {{Out it came|The words flew out}}: {longing}",
        f"before [h] could {{stop|think}}, it was said: {longing}",
    )
    tell.one_of(
        "there was <loud_sound>",
        "the air ~{smell|taste} of {matches|cinnamon|thunder}",
        "{there was a flash|everything turned <colour> for a moment}",
        f"the {stage.feature()} {{~shake|~glow|~hum|~sneeze|~turn <colour>}}",
        "a smell of <fruit> ~fill the air, and a <household> ~begin to {ring|dance|whistle}",
        "three <animals_dream> ~run by, a <instrument> ~play by itself, and then it was still",
    )
    turn(stage)
    tell.one_of(
        "at first it was {wonderful|great fun|better than {a birthday|<sweet>|<game>}}",
        "how [h] laughed!",
        "[h] could hardly believe it",
        "the <job> dropped a <household>, and the <job> fell off a {ladder|bicycle|chair}",
        "[h] showed it to {the <pet>|the <job>|everyone}, who said {nothing|'Oh'|only one word}",
        "how [h] ~enjoy it, {for an hour|until lunch|for a whole day}!",
    )
    stage.feel("h", "happy")
    for part in trouble:
        tell.say(part)
    incident(stage)
    stage.feel("h", stage.rng.choice(("afraid", "lonely", "sad")))
    turn(stage)
    tell.act("h", "~{run|go|hurry} back to [p]", "~{look|call} {everywhere|for a long time} until [m] ~{appear|answer|come out}")
    tell.quote("h", f"{{Please make it as it was|I want it all back as before|I was wrong}}! {undo}", "sad")
    tell.one_of(
        '"{I thought so|They all come back|That one is free of charge|Well, well}," said [m.n]',
        "[m] ~{nod|sigh|grin} {and ~blow on its hands|and ~wink|}",
    )
    tell.one_of(
        "{then|and} everything was as it had always been",
        "when [h] opened [h.s] eyes, {there was nothing but <small_creature>|the world was right again}",
        "<loud_sound>, and it was over",
    )
    stage.feel("h", "happy")
    stage.close("moral_wish")


def _longing(stage: Stage) -> tuple[str, tuple[str, str], str]:
    """One of LONGINGS, with its sweet and its game chosen."""
    names = {"SWEET": stage.x("<sweet>"), "GAME": stage.x("<contest_game>")}
    longing, (first, second), undo = stage.rng.choice(LONGINGS)

    def fill(text: str) -> str:
        for name, word in names.items():
            text = text.replace(name, word)
        return stage.x(text)

    return fill(longing), (fill(first), fill(second)), fill(undo)


def secret(stage: Stage) -> None:
    """A promise not to tell; how hard that is; and why it was right, or when a secret must be told."""
    tell = stage.tell
    stage.hero()
    stage.companion()
    stage.introduce()
    stage.habit("h")
    turn(stage)
    stage.go()
    place = stage.lex.places[stage.here]["noun"][0]
    found = stage.x(
        "{a nest with {four|five} blue eggs|a baby owl|an old box full of letters|a hidden door|a family of hedgehogs|a spring "
        "with cold, sweet water|a fox with three cubs|a <colour> <vehicle> under a sheet|a painting behind a curtain|a tortoise "
        "that everyone thought was dead|a swarm of fireflies|a den with a <household>, a <household> and a picture of a "
        "<vehicle>|a tin with a <small_item> and a letter to a <job>|a <instrument> wrapped in a <single_garment>|a "
        "{lame|young|wild} {deer|goose|otter|badger|crane|pony}|a garden of <flower> and <fruit> that nobody looked after|a map of "
        "<pretend>|a stray kitten with a hurt paw}"
    )
    spot = stage.spot("bui")
    tell.say(f"<one_day>{{,|}} [f] ~take [h.o] to [p], where they used to {stage.base(stage.does()).replace('[s.s]', 'their')}")
    stage.look_about(1)
    tell.one_of(
        f"[f] ~lead [h.o] {spot}. There was {found}",
        f"and there, {spot}, was {found}",
        f"{spot}, [f] ~{{lift|push aside|point at}} {{a branch|a board|something}}, and [h] ~see {found}",
    )
    tell.quote(
        "f",
        "{You must not tell anyone|Promise not to tell|It's a secret|Nobody else knows}{. Cross your heart|. Not a soul|}",
        "soft",
        to="h",
    )
    tell.reply("h", "{I promise|Not a word|Cross my heart|Never|My lips are sealed}")
    stage.feel("h", stage.rng.choice(("excited", "proud", "surprised")))
    turn(stage)
    _keep_or_tell(stage, place, found, spot)


def _keep_or_tell(stage: Stage, place: str, found: str, spot: str) -> None:
    """Questions come; either the promise holds, or the secret has to be told after all."""
    tell = stage.tell
    stage.grown_up("a")
    tell.one_of(
        "but a secret is {hard to keep|like a frog in the pocket|heavier than a sack of <vegetable>}",
        "it itched like a {wool jumper|nettle sting}, that secret",
        "all day long the secret sat on the tip of [h.s] tongue",
        "[h] nearly told it to the <job>, and the <pet>, and once to a <household>",
        "when the <job> said {hello|good morning}, [h] nearly said it out loud",
        "it was there at breakfast beside the <food_snack_short>, and it was there at night",
    )
    tell.quote(
        "a",
        f"{{What are you smiling about|Where have you been|Why are there cobwebs in your hair|What is going on at {place}}}?",
        "ask",
        to="h",
    )
    tell.one_of(
        "[h] {~bite [h.s] tongue|~stuff [h.s] mouth with <food_snack>|~begin to whistle|~talk about <game> very fast|~look at the ceiling}",
        '"{Nothing|Nowhere|I was only playing <game>}," said [h.n]',
    )
    incident(stage)
    if tell.chance(0.5):
        tell.one_of(
            f"then [h] heard that {place} was to be {{pulled down|sold|cleared|locked up}} {{on Monday|the next day|before winter}}",
            f"then {{men with axes|a digger|a noisy crowd}} came to {place}",
        )
        stage.feel("h", "afraid")
        tell.one_of("[h] went straight to [f.o]", "was this a secret to keep? [h] asked [f.o]")
        tell.quote("h", "{We have to tell|Some secrets have to be told|If we say nothing, it will be lost}!", "say", to="f")
        tell.reply("f", "{You're right|But you promised|I know}. {Let us go together|Tell it, then|We'll do it together}")
        tell.act("g", "~go to [a.o]", f"~tell [a.o] about {found}")
        tell.quote(
            "a",
            "{I'm glad you told me|You did right|I shall speak to them|Leave that to me}. {Nobody will touch it|We'll put up a "
            "fence|That must be saved}",
        )
        tell.one_of(
            "{so|and} it was saved, and {a sign|a fence} was put up: '{Please be quiet|Do not disturb|Keep out}!'",
            "the {men|crowd} {went away|took off their caps}, and everybody {kept quiet|helped}",
        )
        stage.close("moral_honest")
    else:
        tell.one_of(
            "{one week|a month|three days} went by, and [h] {~say nothing|~tell nobody}",
            "the <job> offered <sweet> for it, and the <job> a ride in a <vehicle>, but [h] {~shake [h.s] head|~say nothing|only ~smile}",
            "a girl with a <pet> asked three times. [h] ~talk about <fruit> instead",
            "[h] told it to {nobody but the {well|pillow|moon}|not a living soul}",
        )
        tell.one_of(
            'then [f] came: "{Today|Now} {we may tell|you can come and see}!"', f"and when they went back, there was a surprise {spot}"
        )
        tell.quote(
            "f",
            "{You kept your word|I knew I could trust you|Not one word got out}! {Now you may choose a name|The first turn is "
            "yours|You are a real friend}",
            "glad",
            to="h",
        )
        stage.feel("h", "proud")
        stage.close("moral_honest")
