"""Stories of a day that the weather spoils and of a night without sleep."""

from stories_maker.incidents import incident, likes, turn
from stories_maker.stage import Stage
from stories_maker.world import Thing


def bad_weather(stage: Stage) -> None:
    """The weather spoils a plan; what is done instead is better; something found in the meantime is needed when it clears."""
    tell = stage.tell
    stage.hero()
    stage.companion()
    stage.introduce()
    likes(stage, "h")
    stage.go(indoor=False)
    plan, outside = stage.base(stage.does()).replace("[s.s]", "their"), stage.here
    tell.one_of(
        f"for {{days|a week|weeks}} [h] and [f] had been planning to go to [p] to {plan}",
        f"[g] wanted to {plan} [p.in]",
        f"everything was packed: <food_snack>, a <small_item>, a <tool>. They were going to {plan} [p.in]",
    )
    tell.then("{the great day|Saturday|the morning} ~come", "<weather_bad>")
    tell.quote(stage.rng.choice(("h", "f")), f"<exclaim_bad> {{Now we can't {plan}|Our day is spoilt|It isn't fair}}!", "sad")
    stage.feel("h", stage.rng.choice(("sad", "angry")))
    turn(stage)
    stage.go(stage.rng.choice(("attic", "kitchen", "barn", "bedroom", "workshop", "library")))
    stage.grown_up("a")
    tell.quote(
        "a",
        "{There is no bad weather, only bad clothes|Then think of something else|You can shout at the sky or you can use your "
        "heads|I know somewhere dry}",
        to="h",
    )
    tell.one_of("so [g] <moved_slow> {up|off|along} to [p]", "that is how they came to be [p.in]")
    stage.look_about(2)
    feature = stage.feature("bsio")
    tell.quote("f", f"{{Look|I know|What if}}! {{This|The}} {feature} {{could be|is}} <pretend>", "glad")
    tell.reply(
        "h", "{And I'm|Then I am|I want to be} the {captain|cook|ghost|lion|doctor|driver|admiral}{. And you are the crew|. All aboard|}"
    )
    incident(stage, "g")
    incident(stage, "g")
    thing = stage.treasure("t", owner="")
    tell.one_of(
        f"{stage.spot('biu')} they {{found|discovered}} [t.a] with {thing.detail}",
        f"[h] ~find [t.a] with {thing.detail} {stage.spot('biu')}",
    )
    use = stage.pick(stage.entry("t")["use"])
    tell.act("g", use, stage.does())
    turn(stage)
    tell.one_of(
        "nobody noticed when it {stopped|cleared up}", "{suddenly|then} it was {quiet|bright} outside", "<later_cap>, <weather_fine>"
    )
    stage.go(outside)
    tell.quote("a", f"{{The sun is out|It has stopped}}! {{Don't you want to {plan}|Are you coming out}}?", "shout")
    tell.quote(
        stage.rng.choice(("h", "f")),
        "{In a minute|Not now|Is it still today|Tomorrow}! {We are in the middle of the sea|The lion isn't fed yet|We can't stop "
        "now|First we have to land}",
        "shout",
    )
    if tell.chance(0.5):
        tell.one_of(
            f"only when it was nearly dark did they {plan}, with [t]",
            f"in the end they took [t] along to {stage.lex.places[outside]['noun'][0]}, and that was best of all",
        )
    stage.feel("g", "happy")
    stage.close("moral_friend")


def bedtime(stage: Stage) -> None:
    """No sleep: every noise is followed to its cause, until the last is a comfort."""
    tell = stage.tell
    stage.hero()
    stage.grown_up("a", kin=True)
    stage.introduce()
    stage.go("bedroom")
    toy = stage.treasure("t", [noun for noun, entry in stage.lex.things.items() if "soft" in entry["made"][0]])
    stage.cherish()
    turn(stage)
    tell.one_of(
        f"it had been a long day: first <game> with <small_creature>, then <food_snack> at the <job>'s, and at last "
        f"{stage.rng.choice(('a bath', 'a scolding', 'a quarrel', 'a thunderstorm', 'three stories'))}",
        "[h] had {cleaned [h.s] teeth|put on the <colour> pyjamas|hung up [h.s] <single_garment>} and {said good night to the "
        "<pet>|counted the <fruit> on the wallpaper|drunk some <drink>}",
        "<supper> lay {heavy|warm} in [h.s] tummy",
    )
    tell.one_of(
        "it was {late|long past bedtime|dark outside}, but [h] could not sleep",
        "[h] lay in bed with {wide|} open eyes",
        '"{Good night|Sleep well|Sweet dreams}," said [a.n] and ~turn out the {light|lamp}',
        "[h] had {counted sheep up to {ninety|three hundred}|turned the pillow {five|nine} times}, but sleep did not come",
    )
    for _ in range(stage.rng.choice((2, 3))):
        _noise(stage)
    stage.feel("h", "tired")
    turn(stage)
    _comfort(stage, toy)


def _comfort(stage: Stage, toy: Thing) -> None:
    """Somebody comes, hears what the matter is, and has an answer to that."""
    tell = stage.tell
    worry, comfort = stage.rng.choice(
        (
            (
                "{I am afraid of tomorrow|What if nobody likes me at the new school?|What if I forget my lines?}",
                "{Tomorrow will come by itself|You will look for one kind face|If you forget them, make some up}",
            ),
            (
                "{I was mean to [f.name] today|I broke a promise|I told a fib}",
                "{You can say sorry in the morning|Then tomorrow has its first task|Tell me, and it will weigh only half}",
            ),
            (
                "{I dreamed of <pretend>, and nobody was there|I dreamed that the <job> chased me with a <tool>|In my dream the "
                "<vehicle> left without me}",
                "{A dream is a story without a teller|Tell it to me, and then it belongs to both of us|Next time, call me, and "
                "I'll come with a <tool>}",
            ),
            (
                "{The <pet> is ill|<small_creature> died today|My <small_item> is gone for ever}",
                "{We will bury it under the <tree>|Being sad is the other side of loving|Tomorrow we'll ask the <job>}",
            ),
            (
                "{I miss the old house|I miss Grandpa|When will the baby come?}",
                "{So do I|Tell me what you miss most|It will come when it is ready}",
            ),
            (
                "{Where does the day go|What if the sun forgets to get up|Who looks after the stars}?",
                "{It goes to the other side of the world, where they need it too|It hasn't missed a day since I was born|They look "
                "after each other}",
            ),
        )
    )
    stage.companion()
    tell.then(
        "[a] {~come in|~open the door|~look round the door} {with a candle|in [a.s] dressing gown|with a cup of <drink>|holding a "
        "<household>|on bare feet}",
        "[h] {~sit up|~blink|~hide under the quilt|~pretend to snore}",
    ) if tell.chance(0.6) else incident(stage)
    tell.quote("a", "{Still awake|Can't you sleep|What keeps you awake|Is it the {wind|moon|dark|<small_creature>} again}?", "ask")
    tell.reply("h", worry)
    tell.act(
        "a",
        "~{sit|sit down} on the edge of the bed",
        "~{stroke [h.s] {hair|head|ears}|tuck [t] under [h.s] arm|pull up the quilt|open the curtain a little}",
    )
    tell.quote("a", comfort, "soft")
    tell.one_of(
        "then [a] ~{tell|whisper} a story about <pretend> and <small_creature> that wanted to be a <job>",
        "[a] ~hum the song about {the moon|a sleepy ship|three bears}, {twice|very softly}",
        "[a] {knew|remembered} a rhyme about <fruit>, <flower> and a <job> who never slept, and said it {twice|backwards|until "
        "[h.s] eyes closed}",
        "together they counted {the stars in the window|the chimes of the clock|[h.p] toes}",
    )
    tell.one_of(
        f"[h] ~{{hold|press}} [t] close, and felt {toy.detail.replace('a ', 'the ', 1)}"
        if toy.detail.startswith("a ")
        else "[h] ~hold [t] close",
        '"{Are you asleep|Is it morning yet}?" {whispered|asked} [a.n]. {There was no answer|Only a snore came back|[t] had fallen '
        "to the floor}",
    )
    tell.one_of(
        "outside, {the moon ~rise over the roofs|the stars ~come out, one by one|an owl ~fly by|the snow ~begin to fall|a late "
        "train ~whistle far away|the frogs ~sing in the ditch|the rain had stopped}",
        "the noises {went on|were still there}, but {nobody|no one} {listened|heard them} any more",
        "and the {clock|cat|moon} kept watch",
    )


def _noise(stage: Stage) -> None:
    """A noise in the dark, what it might be, and what it is."""
    tell = stage.tell
    might = stage.x(
        "{a {<colour>|hungry|hairy|one-eyed|wet|very old} "
        "{burglar|ghost|witch|wolf|dragon|troll|spider|robber|goblin|vampire|snake|crocodile} "
        + stage.spot("biu")
        + (
            "|a giant {chewing|breathing|sharpening|counting|cooking} {<fruit>|bones|his knives|<vegetable>|children}|somebody with "
            "{a wooden leg|three heads|cold fingers|a sack|a <tool>}|a <vehicle> full of ghosts|<small_creature>, but as big as a "
            "{cow|house|bus}|an angry <job> with a <tool>}"
        )
    )
    tell.one_of(
        "{then|suddenly}, there was <little_sound>",
        "what was that? It was <little_sound>!",
        "<little_sound> came {from below|through the wall|out of the dark}",
        "[h] heard <little_sound> {by the door|over by the window|right beside the bed}",
    )
    tell.one_of(
        f"was it {might}?",
        f"it sounded like {might}",
        f"[h] was sure that it was {might}",
        f"{might}, ~think [h]",
        f"{{surely|perhaps|that could only be}} {might}{{!|?|.}}",
        f"there are people who have met {might}",
    )
    stage.feel("h", "afraid") if tell.chance(0.6) else tell.act("h", "~pull the quilt over [h.s] {head|ears|nose}")
    cause = stage.x(
        "{<small_creature> with a <small_item>|a <single_garment> that had slipped off its hook|rain in a <household>|somebody "
        "next door who could not stop playing the <instrument>|a branch that ~tap on the glass|the tap in the "
        "kitchen|<small_creature> that had lost its way|the cat, who wanted {in|out|a sardine}|the wind in the chimney|a "
        "{shutter|gate} that nobody had shut|the old pipes|[a] snoring|a <small_item> that had rolled off the shelf|[h.s] own "
        "{heart|tummy}|the clock that was about to strike|a late <vehicle> in the street}"
    )
    tell.one_of(
        f"[h] ~{{creep|tiptoe}} {{to look|out of bed|closer}}. It was only {cause}",
        f"but it was only {cause}",
        f"[h] ~{{listen|light the lamp|put one foot on the floor}}: it was {cause}",
    )
