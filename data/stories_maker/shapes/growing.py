"""Stories of growing: a fear is faced, something is made, something is practised, something is waited for."""

from stories_maker.incidents import incident, likes
from stories_maker.lexicon import Entry
from stories_maker.stage import Stage


def fear_overcome(stage: Stage) -> None:
    """A fear, and advice given early; when somebody needs help, the advice is remembered and works step by step."""
    tell = stage.tell
    stage.hero()
    fear = stage.lex.fears[stage.rng.choice(list(stage.lex.fears))]
    thing = stage.pick(fear["thing"])
    stage.introduce()
    stage.habit("h") if tell.chance(0.3) else likes(stage, "h")
    tell.one_of(f"{{only one thing|there was one thing that}} ~frighten [h.o]: {thing}", f"but [h] was afraid of {thing}", f"[h] was not afraid of <small_creature>, nor of <loud_sound>, but [h.h] was terribly afraid of {thing}", f"{{if only there were no such thing as|how [h] hated}} {thing}!",
                f"nobody knew that [h] was {{afraid|scared}} of {thing}")
    tell.one_of(f"[h] ~imagine that {stage.pick(fear['imagined'])}", f"in [h.s] mind, {stage.pick(fear['imagined'])}", f"what if {stage.pick(fear['imagined'])}?")
    stage.grown_up("a")
    advice = stage.pick(fear["advice"])
    tell.quote("a", f"{{When I was small, I was afraid of {thing} too.|Do you know what my {stage.rng.choice(('mother', 'grandfather', 'uncle', 'teacher'))} used to say?|Shall I tell you a secret?|}} {advice}", "say", to="h")
    tell.but("[h] {~nod|~listen|~say yes}", "{[h.h] ~do not believe it|that ~seem easy to say|inside [h.h] still ~tremble}".replace("~do not", "did not"))
    stage.turn()
    stage.companion()
    stage.go(stage.rng.choice(("barn", "lake", "castle", "attic", "harbour", "forest", "school", "cave", "mountain", "workshop")))
    tell.say(f"<one_day>{{,|}} [g] <moved> to [p] to {stage.base(stage.does())}")
    stage.look_about(1)
    incident(stage)
    tell.say(stage.pick(fear["trigger"]))
    stage.feel("h", "afraid")
    _somebody_needs_help(stage)
    stage.turn()
    _face_it(stage, fear, advice, thing)
    stage.close("moral_brave")


def _somebody_needs_help(stage: Stage) -> None:
    tell = stage.tell
    spot = stage.spot("bui")
    tell.one_of(f"and there, {spot}, [f] was {{stuck|trapped|crying}}", f"\"Help!\" {{called|cried}} [f.n] from {{further in|somewhere ahead|the other side}}", f"[f] had {{hurt [f.s] {stage.rng.choice(('foot', 'ankle', 'knee'))}|fallen|got {{lost|stuck}}}} {spot}", f"{spot}, <small_creature> was {{crying|caught}}, and [f] ~can not reach it")
    tell.quote("f", "{Please come|Help me|Don't leave me here|I can't do it alone|Hurry}!", "shout")


def _face_it(stage: Stage, fear: Entry, advice: str, thing: str) -> None:
    tell = stage.tell
    tell.one_of("[h] wanted to run {home|away}. But [h.h] {~think of|~remember} what [a] had said", "what was it that [a] had said?", "then [a.p] words came back to [h.o]", "[h.p] {feet|knees} said no, but [h.s] {heart|head} said yes")
    tell.say(f'"{advice}"')
    steps = stage.rng.sample(fear["steps"], min(3, len(fear["steps"])))
    tell.act("h", *(stage.x(step) for step in steps[: stage.rng.choice((2, 3))]))
    tell.one_of("{one moment|one breath} passed, and another", "{nothing|no harm} ~happen", "it was {easier|not as bad} than {[h.h]|[h]} had thought", "{soon|little by little} [h.s] {heart|breath} grew quiet")
    tell.one_of(stage.pick(fear["truth"]), f"{{and look|why}}: {stage.pick(fear['truth'])}!", f"[h] {{~see|~notice|~find}} that {stage.pick(fear['truth'])}", f"{stage.pick(fear['truth'])}, and {stage.pick(fear['truth'])}")
    tell.act("h", "~{reach|find|come to} [f.o]", "~{take|hold out} {[h.s] hand|[f.s] hand|a hand}" if stage.being("f").kind == "child" else "~help [f.o] {out|up}")
    tell.quote("f", f"<thanks>! I {{thought|know}} you were afraid of {thing}", "glad", to="h")
    tell.reply("h", "{I was|I still am, a little|So did I|I am, but I like you more|Only until I tried}")
    stage.feel("h", stage.rng.choice(("proud", "happy")))
    if tell.chance(0.4):
        tell.one_of(f"at home, [h] told [a] {{everything|what had happened}}", f"[a] {{~listen|~smile}} and ~ask for {{every word|the whole story}} {{twice|}}")
        tell.quote("a", "<praise>")


def making(stage: Stage) -> None:
    """Something is made for somebody; one ingredient is missing and must be won; something goes wrong and is put right."""
    tell = stage.tell
    stage.hero()
    stage.companion()
    recipe = stage.lex.makings[stage.rng.choice(list(stage.lex.makings))]
    noun = recipe["noun"][0]
    name = f"{stage.pick(recipe['looks'])} {noun}"
    stage.introduce()
    likes(stage, "h")
    stage.grown_up("a")
    reason = stage.x("{for [a.p] birthday|because [a] was ill in bed|to surprise [a]|for the <vehicle> driver who had to leave|for the fair on Saturday|to say thank you to [a]|because there was nothing else to do|for the new baby next door|for [f.p] party}")
    tell.one_of(f"<one_day>{{,|}} [h] {{~decide|~make up [h.s] mind|~want}} to make a {name} {reason}", f"{reason}, [h] would make a {name}", f"[h] ~have an idea: a {name}, {reason}")
    stage.feel("h", "excited")
    stage.turn()
    stage.go(recipe["place"][0])
    if "f" in tell.roles:
        tell.quote("h", f"{{Will you help|Do you want to help}} me make a {name}?", "ask", to="f")
        tell.reply("f", "<yes>. {What do we need|Where do we start|I'll bring my apron|Can I be the boss}?")
    needs = [stage.x(need) for need in recipe["needs"]]
    missing = stage.rng.choice(needs[1:])
    have = [need for need in needs if need != missing]
    tell.one_of(f"they {{needed|wanted}} {', '.join(have)} and {missing}", f"you need {', '.join(needs)}", f"{{on the table|on the floor|in [p]}} they {{laid out|put}} {', '.join(have)}")
    tell.one_of(f"but there {{was|were}} no {missing.removeprefix('a ')}" if not missing.endswith("s") else f"but there were no {missing}", f"only {missing} {{~be|were}} missing" if missing.endswith("s") else f"only {missing} was missing", f"{{everything|all}} was there, except {missing}")
    _win_missing(stage, missing)
    stage.turn()
    _work(stage, recipe, noun)
    tell.one_of(f"[g] ~bring it to [a]", f"then came the moment to {{show|give}} it to [a]", "[a] had to close [a.s] eyes")
    stage.feel("a", stage.rng.choice(("surprised", "happy")))
    tell.quote("a", f"{{Did you make this yourselves|Is that for me|What a splendid {noun}|Nobody ever made me a {noun} before}}? <praise>", "glad")
    stage.close("moral_patience")


def _win_missing(stage: Stage, missing: str) -> None:
    """Whoever has it wants something for it: work, a song, a story, a swap."""
    tell = stage.tell
    back = stage.here
    stage.go(stage.rng.choice(("market", "village", "farm", "garden", "harbour", "station", "forest", "meadow")))
    stage.journey("g", "moved")
    owner = stage.animal("c") if tell.chance(0.4) else stage.grown_up("c", kin=False)
    if owner.kind == "animal":
        stage.meet("c")
    else:
        tell.one_of(f"{stage.spot('bs')} they {{found|met}} {owner.name}, the {owner.noun}", f"{owner.name}, the {owner.noun}, was {stage.by()}")
        stage.discourse_note(owner)
    tell.quote("h", f"{{Please, have you got|Could we have|May we borrow|Do you happen to have}} {missing.removeprefix('a ')}{{| for our work}}?", "ask", to="c")
    price, deed = stage.rng.choice((
        (f"{{Help me|First you must help me}} to {stage.base(stage.does()).replace('[s.s]', 'your')}", "~help [c.o] <time_spent>"),
        ("{Sing me a song|A song for it}, {and it is yours|that's my price}", "~sing {three verses|a song about <small_creature>|the one about the {drunken|lost} sailor}, {badly|loudly|out of tune}, but to the end"),
        ("{Tell me|I want to hear} {a story|a joke|a secret} that I don't know{. Then we shall see|}", "~tell [c.o] {a story about <pretend>|a joke so old that it had a beard|why {frogs|owls|kings} never sleep}"),
        (f"I'll swap it for {{your|that}} {stage.x('<single_garment>')}", "~take it off and ~hand it over"),
        ("{Guess|If you can guess} what is in my {pocket|hat|basket}", "~guess <fruit>, <sweet> and at last, by pure luck, a <small_item>"),
        ("Find my <small_item>. I lost it this morning", "~look for it {on hands and knees|<time_spent>} and ~find it " + stage.spot("bui")),
    ))
    tell.quote("c", f"<yes>. {price}")
    stage.tell.act("g", deed)
    tell.one_of(f"so they got {missing}", f"[c] kept [c.s] word and ~{{bring|fetch|give them}} {missing}", f"\"{{Fair is fair|Well done|You've earned it}},\" [c] ~say, and there {{was|lay}} {missing}" if not missing.endswith("s") else f"and they carried home {missing} {{in a hat|in both hands|wrapped in newspaper}}")
    stage.go(back)


def _work(stage: Stage, recipe: Entry, noun: str) -> None:
    tell = stage.tell
    steps = [stage.x(step).replace("her arm", "every arm") for step in recipe["steps"]]
    cut = stage.rng.choice((2, 3))
    who, other = stage.rng.choice((("h", "f"), ("f", "h")))
    tell.act(who, *steps[:cut])
    tell.act(other, *steps[cut : cut + 2])
    if tell.chance(0.8):
        tell.but("all ~go well", stage.pick(recipe["slip"])) if tell.chance(0.5) else tell.say(f"<later_cap>, {stage.pick(recipe['slip'])}")
        tell.quote(other, "<exclaim_bad> {It's ruined|Now we must start again|All that work|I knew it}", "sad")
        tell.quote(who, "<comfort>", "soft", to=other)
        tell.act("g" if tell.chance(0.5) else who, stage.pick(recipe["repair"]))
    tell.act(other, *steps[cut + 2 :])
    tell.one_of(f"{{at last|<time_spent>|in the end}} the {noun} was {{ready|done|finished}}: {stage.pick(recipe['finish'])}", f"{stage.pick(recipe['finish'])}", f"and {stage.pick(recipe['finish'])}")
    stage.feel("g", "proud")


def contest(stage: Stage) -> None:
    """Practice for a contest; a boaster; a choice between winning and helping."""
    tell = stage.tell
    stage.hero()
    stage.companion()
    stage.introduce()
    skill, event, prize, goes = _discipline(stage)
    tell.one_of(f"[h] was {{not very good at|hopeless at|slow at}} {skill}", f"{{nobody|no one}} thought that [h] could {{ever|}} be good at {skill}", f"more than anything, [h] wanted to be good at {skill}")
    tell.one_of(f"{{so when|when}} the {event} was announced, with {prize} for the winner, [h] {{put down [h.s] name|took a deep breath|could not sleep|~tell the <job>|~drop a <household>|~kiss the <pet>}}", f"on {{Saturday|Sunday|the last day of term}} there would be a {event}, and the prize was {prize}")
    tell.quote("f", f"{{I'll win, of course|You? At {skill}? Don't make me laugh|Nobody can beat me|Shall we practise together|My <relative> is a <job> and taught me everything|Even my <pet> is better than you}}!", stage.rng.choice(("cross", "glad")))
    stage.habit("f") if tell.chance(0.5) else stage.feel("h", "angry")
    stage.turn()
    stage.go(indoor=False)
    for when in stage.rng.choice((("on the first day", "on the third day"), ("on Monday", "on Tuesday"), ("before breakfast", "after supper"), ("the next day", "after a week"), ("at dawn", "in the rain"))):
        tell.say(f"{when}, [h] {{~go|<moved>}} to [p] and ~practise{{| {stage.by()}}}")
        tell.one_of(goes[0], goes[1], "it was {hard|no good|dreadful}", "the <job> {looked over the hedge|put on ear muffs|asked if anyone was hurt|laughed into a <single_garment>}", "<small_creature> {watched|looked on} and said nothing", "afterwards [h] {~smell of <fruit>|~have a bump like a <fruit_one>|~need <food_snack>}", f"[h] ~{{fall|slip|stumble}} {{over|into|beside}} the {stage.feature()}", "every {bone|muscle|finger} ~hurt")
    stage.grown_up("a")
    tell.quote("a", "{Once more|Try again|Slower|You are getting better|Again tomorrow|Rest now. Then try again}. <moral_patience>" if tell.chance(0.3) else "{Once more|Slower|You are getting better|Again tomorrow|Don't count the falls. Count the tries|The <job> practised for ten years|Eat some <fruit>, and then again|Think of <pretend>, not of the prize|Pretend that you are a <job>}")
    stage.feel("h", "tired")
    tell.one_of(f"{{and then, one evening|on the last day}}, {goes[2]}", f"{{slowly|day by day}} it went better, until {goes[2]}")
    stage.turn()
    stage.go(stage.rng.choice(("fair", "park", "village", "school", "playground", "meadow", "farm")))
    tell.one_of(f"the day of the {event} came, and {{half the village|everybody}} was {{at|in}} [p]".replace("{at|in} [p]", "[p.in]"), f"[p.in], flags were flying for the {event}")
    incident(stage)
    stage.feel("h", "afraid") if tell.chance(0.5) else stage.feel("f", "excited")
    if tell.chance(0.5):
        tell.one_of(f"{{half way|just before the end|in the middle of it}}, [f] ~{{fall|slip|hurt [f.s] leg|burst into tears}}", "then [f] ~cry out in pain")
        tell.one_of("[h] could have {won|gone on}. But [h.h] ~{turn|stop|run} {back|at once} and ~help [f.o] {up|to [f.s] feet}", "what was a prize against a friend? [h] ~{stop|turn round} and ~hold out a hand")
        tell.one_of(f"they came in {{last|side by side}}, arm in arm, and the {{clapping|cheering}} was {{louder|longer}} than for the winner", f"somebody else got {prize}, but {{nobody remembers who|the crowd only cheered for [g]}}")
        tell.quote("f", "{I don't know why you did that|You could have won|After all I said}! <thanks>", "soft", to="h")
        stage.close("moral_friend")
    else:
        tell.one_of(goes[2], f"[h] did {{it|everything}} just as in practice, and {goes[2]}")
        tell.one_of(f"[h] {{won|got|was given}} {prize}", f"it was {{enough|only}} for {{second|third}} place, but [h] {{did not mind|felt like a winner}}", f"the judges, a <job> and a <job> in a <single_garment>, put their heads together, and {prize} went to [h.n]", f"a <job> ~bring {prize} on a cushion and ~{{stumble over|step on}} the <pet>")
        stage.feel("h", "proud")
        tell.quote("f", "{I take it back|Will you teach me|Congratulations|How did you do that}! <praise>", "say", to="h")
        stage.close("moral_patience")


def _discipline(stage: Stage) -> tuple[str, str, str, tuple[str, str, str]]:
    """What is contested, the event, the prize, and how it goes: badly, better, well."""
    prize = stage.x("{a silver cup|a basket of <fruit>|a medal on a <colour> ribbon|a year's supply of <sweet>|a ride in a <vehicle>|a brand-new <tool>|a <colour> rosette|a book about <pretend>|a <colour> <single_garment>}")
    options = (
        ("swimming", "swimming race", ("water went up [h.s] nose", "[h] ~get half way across", "[h] ~glide through the water like a {pike|seal|little boat}")),
        ("singing", "singing contest", ("the high notes ~squeak", "the cat ~leave the room", "[h.s] voice ~ring out, clear as {glass|a bell|a blackbird}")),
        ("juggling", "talent show", ("the <fruit> ~roll in all directions", "one {egg|plate} ~land on [h.s] head", "{three|five} balls ~dance through the air and none ~fall")),
        ("running", "{sack|egg and spoon|three-legged} race", ("[h.s] laces ~come undone", "[h] ~get a stitch", "[h] ~run <simile_fast>")),
        ("playing the <instrument>", "village concert", ("the <instrument> ~sound like a {sick cow|rusty gate|goose}", "two notes out of three were right", "the tune ~come out {whole|sweet and clear}, from the first note to the last")),
        ("spelling", "spelling bee", ("[h] ~mix up {b and d|i and e}", "[h] ~get as far as {elephant|rhinoceros|Wednesday}", "[h] ~spell {hippopotamus|chrysanthemum|mischievous} without one mistake")),
        ("skating", "skating prize", ("[h] ~sit down {hard|with a bump} on the ice", "[h] ~make one wobbly turn", "[h] ~spin like a {top|leaf|snowflake}")),
        ("baking", "cake competition", ("the bread ~come out {flat|black|like a brick}", "the buns were only a little burnt", "the smell of {plum cake|cinnamon rolls|lemon tart} ~bring the whole street to the door")),
        ("growing <vegetable>", "vegetable show", ("the snails ~eat all but one", "one ~grow as big as a {fist|shoe}", "it ~grow so big that it had to come by wheelbarrow")),
        ("drawing", "drawing contest", ("the horse ~look like a {sofa|potato}", "the legs were right, but there were five of them", "the {lion|ship|storm} on the paper ~seem to move")),
        ("walking on stilts", "circus evening", ("[h] ~fall into the <flower>", "[h] ~manage three steps", "[h] ~stalk round the ring like a {stork|heron|giraffe}")),
    )
    skill, event, goes = stage.rng.choice(options)
    return stage.x(skill), stage.x(event), prize, (stage.x(goes[0]), stage.x(goes[1]), stage.x(goes[2]))


def waiting(stage: Stage) -> None:
    """Something is planted or hatched and takes its time; impatience nearly spoils it."""
    tell = stage.tell
    stage.hero()
    stage.grown_up("a")
    stage.introduce()
    stage.habit("h")
    stage.turn()
    stage.go(stage.rng.choice(("garden", "farm", "meadow", "school", "village")))
    seed, care, ruin, wonder = stage.rng.choice((
        ("a {striped|flat|black|wrinkled} seed, no bigger than a {fingernail|pea|beetle},", "~water it", "~dig it up to see", f"up came {stage.x('{a <flower> stem with a bud like a fist|a pumpkin as big as a <vehicle>|a beanstalk with red blossoms|a tiny <tree>}')}"),
        ("a {brown|papery} bulb", "~keep it in the dark", "~peel off its skin", "out of it came a {hyacinth|tulip|lily}, as <colour> as {the sky|a flag|a parrot}"),
        ("a {speckled|warm|pale blue} egg", "~keep it warm under a {lamp|hen|cushion}", "~tap it with a spoon", f"out came a {stage.rng.choice(('duckling', 'chick', 'gosling', 'small dragon', 'tortoise'))}, {{wet and cross|yawning|with one eye open}}"),
        ("a {green|fat|hairy} caterpillar in a jar", "~feed it with fresh {cabbage|nettle} leaves", "~poke the chrysalis", "a butterfly spread {<colour>|<colour> and <colour>} wings on the edge of the jar"),
        ("a {sticky|brown} lump of sourdough", "~feed it with flour", "~open the lid every hour", "the bread ~rise so high that it ~push up the lid"),
    ))
    tell.one_of(f"<one_day>{{,|}} [a] ~give [h.o] {stage.x(seed)}", f"<one_day>{{,|}} [h] {{~get|~be given}} {stage.x(seed)} from [a]", f"<one_day>, [h] ~find {stage.x(seed)} {stage.spot('bui')} and ~show it to [a]")
    tell.quote("a", "{Look after it well|Now you must be patient|It takes its time|Don't disturb it|You will see something, but not today|The <job> {gave|sold} it to me for a <small_item>|It came all the way from {China|Peru|the <landmark>} in a <single_garment>|My <relative> had one like it}")
    tell.quote("h", "{How long|When will it be ready|Will it be ready tomorrow|How many sleeps}?", "ask", to="a")
    days = stage.x("{twenty|thirty|forty|a hundred|nineteen|seventeen} days")
    tell.reply("a", f"{{About|Perhaps|They say}} {days}")
    stage.feel("h", stage.rng.choice(("excited", "surprised", "curious")))
    stage.turn()
    for day in stage.rng.choice((("on the first day", "on the second day"), ("on Wednesday", "on Thursday"), ("after three days", "after a week"), ("the same evening", "the morning after"), ("on the fourth day", "on the ninth day"))):
        tell.one_of(f"{day}, [h] {{~go|~run|~creep out}} to look. {{Nothing|Nothing at all|Nothing but <small_creature>|Still nothing|There was a <small_item>, and that was all}}", f"{day}, [h] {{~measure|~look|~listen}} with a {stage.x('{<tool>|<household>}')}. {{Nothing|No change|Not a crack|As before}}", f"{day}, there was {{only|nothing but}} <small_creature>, which <creature_did>".replace("which <creature_did>", "asleep"), f"{day}, [h] ~promise it <sweet> if it would hurry{{, and ~sing to it|, and ~play it a tune on the <instrument>|}}")
        tell.one_of("the <job> {laughed|shook a wise head|said, it needs time}", "[h] ~go back to {<game>|bed|the <vegetable>}", "so [h] ~eat <food_snack> instead") if tell.chance(0.5) else incident(stage)
    tell.act("h", stage.x(care), stage.rng.choice((stage.does(), "~wait", "~count the days on the wall")))
    incident(stage)
    stage.feel("h", stage.rng.choice(("angry", "sad", "tired")))
    tell.quote("h", "{It will never happen|It's dead|I give up|This is boring|I can't wait any longer|The <job> has tricked us|I would rather have <sweet>|I'd sooner play <game>}!", "cross")
    tell.one_of(f"[h] was about to {stage.base(stage.x(ruin))}, when [a] {{~come by|~cough|~lay a hand on [h.s] shoulder}}", f"\"{{Stop|Wait}}!\" {{said|cried}} [a.n], for [h] was just going to {stage.base(stage.x(ruin))}")
    tell.quote("a", f"{{It is only day|We have had}} {stage.x('{twelve|fifteen|nine|ten}')}. {{Did I not say {days}?|Remember, {days}|Half the time is not the whole}}")
    stage.turn()
    tell.one_of(f"so [h] {{~wait|~learn to wait}}. [h] {{~play|~learn}} <game>, ~{{read|draw}} <pretend>, and almost forgot".replace("~read <pretend>", "~read a book").replace("~draw <pretend>", "~draw <pretend>"), "so [h] {~wait|~do other things}, and {watched <small_creature>|built <pretend> out of boxes|learned to play the <instrument>}", f"to pass the time, [h] ~{stage.base(stage.does())}")
    tell.one_of(f"and on the {{very last|very}} day, {stage.x(wonder)}", f"{{exactly|after}} {days} {{later|had passed,}} {stage.x(wonder)}".replace("later ", "later, ").replace(f"exactly {days} had", f"{days} had"), f"then, {{one dewy morning|early|at dawn}}, {stage.x(wonder)}")
    stage.feel("h", "happy")
    tell.quote("h", "<exclaim_good> {It was worth it|Come and see|Look what I have|I waited, and look}!", "glad")
    stage.close("moral_patience")
