// The demo bank of MSCE English: 28 original items on grammar, register, vocabulary and punctuation.
import type { DemoItem } from './demo-item.ts';

export const english: DemoItem[] = [
  {
    slug: 'eng-adjectives-dress',
    type: 'choice',
    prompt: 'Choose the adjectives in the right order. *Tadala wore a ___ dress.*',
    difficulty: 'easy',
    tags: ['english', 'adjectives'],
    choices: [
      {
        id: 'a',
        text: 'red beautiful long cotton',
        misconception: 'Colour does not come first: opinion and size go before it.',
      },
      { id: 'b', text: 'beautiful long red cotton' },
      { id: 'c', text: 'cotton long beautiful red', misconception: 'The material stands last, right before the noun.' },
      { id: 'd', text: 'long red cotton beautiful', misconception: 'Your opinion of a thing comes first, not last.' },
    ],
    correct: ['b'],
    hint: 'Ask what each word tells: colour, material, opinion or size.',
    solution: { explanation: 'The usual order is opinion (beautiful), size (long), colour (red), material (cotton).' },
  },
  {
    slug: 'eng-adjectives-pots',
    type: 'choice',
    prompt: 'In which sentence are the adjectives in the right order?',
    difficulty: 'medium',
    tags: ['english', 'adjectives'],
    choices: [
      {
        id: 'a',
        text: 'They sold clay two large round pots.',
        misconception: 'A number comes before all the other adjectives.',
      },
      {
        id: 'b',
        text: 'They sold two clay large round pots.',
        misconception: 'The material (clay) belongs next to the noun, after size and shape.',
      },
      {
        id: 'c',
        text: 'They sold round two clay large pots.',
        misconception: 'Shape comes after the number and the size.',
      },
      { id: 'd', text: 'They sold two large round clay pots.' },
    ],
    correct: ['d'],
    hint: 'Ask what each word tells: material, number, shape or size.',
    solution: { explanation: 'The order is number (two), size (large), shape (round), material (clay).' },
  },
  {
    slug: 'eng-put-off-meeting',
    type: 'choice',
    prompt: 'Complete: *The chief was ill, so the meeting was put ___ until Friday.*',
    difficulty: 'easy',
    tags: ['english', 'phrasal verbs'],
    choices: [
      { id: 'a', text: 'off' },
      { id: 'b', text: 'out', misconception: '"Put out" is what you do to a fire or a lamp.' },
      { id: 'c', text: 'up', misconception: '"Put up" means build or raise, as with a tent or a notice.' },
      { id: 'd', text: 'down', misconception: '"Put down" means place on a surface, or crush a revolt.' },
    ],
    correct: ['a'],
    hint: 'The meeting will take place later.',
    solution: { explanation: '"Put off" means postpone: move to a later time.' },
  },
  {
    slug: 'eng-look-into-theft',
    type: 'choice',
    prompt: 'Complete: *The police have promised to ___ the theft of the maize and find out who did it.*',
    difficulty: 'medium',
    tags: ['english', 'phrasal verbs'],
    choices: [
      { id: 'a', text: 'look after', misconception: '"Look after" means take care of, as with a child.' },
      { id: 'b', text: 'look up to', misconception: '"Look up to" means admire someone.' },
      { id: 'c', text: 'look into' },
      {
        id: 'd',
        text: 'look down on',
        misconception: '"Look down on" means think that someone is worth less than you.',
      },
    ],
    correct: ['c'],
    hint: 'You need a phrasal verb that means "investigate".',
    solution: { explanation: '"Look into" means investigate, or try to find out the facts.' },
  },
  {
    slug: 'eng-register-formal-letter',
    type: 'choice',
    prompt: 'Which opening suits a letter to the District Commissioner?',
    difficulty: 'easy',
    tags: ['english', 'register'],
    choices: [
      {
        id: 'a',
        text: 'How are you? Can we have the ground, please?',
        misconception: '"How are you?" opens a letter to a friend, and "Can we have" is how we speak.',
      },
      {
        id: 'b',
        text: "I thought I'd ask you about using the ground.",
        misconception: '"I thought I\'d" is conversation; a formal letter uses full forms.',
      },
      {
        id: 'c',
        text: "We'd really love to get the ground from you.",
        misconception: '"We\'d really love to get" is chatty; a formal request is plain and neutral.',
      },
      { id: 'd', text: 'I am writing to request the use of the ground.' },
    ],
    correct: ['d'],
    hint: 'The reader is an official whom you do not know well.',
    solution: {
      explanation: 'A formal letter uses full forms and polite, neutral words, and states its purpose directly.',
    },
  },
  {
    slug: 'eng-register-court',
    type: 'choice',
    prompt: '*The accused was remanded in custody until the hearing.* To which register does this sentence belong?',
    difficulty: 'easy',
    tags: ['english', 'register'],
    choices: [
      {
        id: 'a',
        text: 'Medicine',
        misconception: 'Here a "hearing" is a session of a court, not the sense of the ear.',
      },
      { id: 'b', text: 'Law' },
      {
        id: 'c',
        text: 'Banking',
        misconception: '"Custody" here means being kept in prison, not the keeping of money.',
      },
      {
        id: 'd',
        text: 'Sport',
        misconception: 'Players may break rules, but "accused" and "remanded" are said of people in court.',
      },
    ],
    correct: ['b'],
    hint: 'Where would you meet "the accused"?',
    solution: { explanation: '"Accused", "remanded", "custody" and "hearing" are words of the law courts.' },
  },
  {
    slug: 'eng-clause-who-broke',
    type: 'choice',
    prompt: 'What are the words in bold? *The boy* **who broke the window** *has apologised.*',
    difficulty: 'medium',
    tags: ['english', 'phrases and clauses'],
    choices: [
      { id: 'a', text: 'Adjectival clause' },
      {
        id: 'b',
        text: 'Adverbial clause',
        misconception: 'An adverbial clause tells when, why or how; this one tells which boy.',
      },
      {
        id: 'c',
        text: 'Noun clause',
        misconception: 'A noun clause does the work of a noun; this one describes the noun "boy".',
      },
      {
        id: 'd',
        text: 'Adjectival phrase',
        misconception: 'It does describe "boy", but it has a verb with a subject ("who broke"): a clause.',
      },
    ],
    correct: ['a'],
    hint: 'Look for a verb, then ask which word the group describes.',
    solution: {
      explanation: 'The group has a subject and verb (who broke), so it is a clause, and it describes the noun "boy".',
    },
  },
  {
    slug: 'eng-clause-when-rains',
    type: 'choice',
    prompt: 'What are the words in bold? **When the rains stopped**, *we planted groundnuts.*',
    difficulty: 'medium',
    tags: ['english', 'phrases and clauses'],
    choices: [
      {
        id: 'a',
        text: 'Adverbial clause of reason',
        misconception: 'A clause of reason answers "why?" and begins with a word such as "because".',
      },
      {
        id: 'b',
        text: 'Noun clause',
        misconception: 'A noun clause is a subject or an object; "planted" already has both.',
      },
      { id: 'c', text: 'Adverbial clause of time' },
      {
        id: 'd',
        text: 'Adverbial phrase of time',
        misconception: 'It does tell when, but it has a subject and a verb ("rains stopped"): a clause.',
      },
    ],
    correct: ['c'],
    hint: 'Which question about "planted" does it answer?',
    solution: {
      explanation: 'It has a subject and verb (rains stopped) and tells when we planted: an adverbial clause of time.',
    },
  },
  {
    slug: 'eng-clause-what-chief-said',
    type: 'choice',
    prompt: 'What are the words in bold? **What the chief said** *surprised everyone.*',
    difficulty: 'hard',
    tags: ['english', 'phrases and clauses'],
    choices: [
      {
        id: 'a',
        text: 'Noun clause, object of "surprised"',
        misconception: 'It is a noun clause, but the object is "everyone": they were surprised.',
      },
      { id: 'b', text: 'Noun clause, subject of "surprised"' },
      {
        id: 'c',
        text: 'Adjectival clause describing "everyone"',
        misconception: 'It does not tell which people; it names what surprised them.',
      },
      {
        id: 'd',
        text: 'Adverbial clause of manner',
        misconception: 'It does not tell how; "surprised" would be left without a subject.',
      },
    ],
    correct: ['b'],
    hint: 'Put the word "it" in place of the words in bold.',
    solution: {
      explanation:
        '"It surprised everyone": the clause can be replaced by "it", so it does the work of a noun, as the subject.',
    },
  },
  {
    slug: 'eng-passive-two',
    type: 'choice',
    prompt: 'Which sentences are in the passive voice? Choose two.',
    difficulty: 'medium',
    tags: ['english', 'passive'],
    maxScore: 2,
    choices: [
      { id: 'a', text: 'Tea is picked in Thyolo.' },
      {
        id: 'b',
        text: 'She has been reading since dawn.',
        misconception: '"Been" is here, but she does the reading: active, present perfect continuous.',
      },
      { id: 'c', text: 'The fish were caught near Mangochi.' },
      {
        id: 'd',
        text: 'They were waiting for the minibus.',
        misconception: '"Were" is here, but they do the waiting: active, past continuous.',
      },
    ],
    correct: ['a', 'c'],
    scoring: 'sum',
    hint: 'In the passive, the subject does not do the action.',
    solution: {
      explanation:
        'Passive is a form of "be" with a past participle: "is picked", "were caught". Someone else does the action.',
    },
  },
  {
    slug: 'eng-reported-old-man',
    type: 'choice',
    prompt: 'Which sentence reports this correctly? *"I am leaving tomorrow," said the old man.*',
    difficulty: 'hard',
    tags: ['english', 'reported speech'],
    choices: [
      {
        id: 'a',
        text: 'The old man said that I was leaving the next day.',
        misconception: '"I" would now mean the person reporting; the old man spoke of himself.',
      },
      {
        id: 'b',
        text: 'The old man said that he had left the next day.',
        misconception: '"Am leaving" moves one step back, to "was leaving", not to "had left".',
      },
      { id: 'c', text: 'The old man said that he was leaving the next day.' },
      {
        id: 'd',
        text: 'The old man said that he was leaving the same day.',
        misconception: '"Tomorrow" is one day after he spoke, not the same day.',
      },
    ],
    correct: ['c'],
    hint: 'Change the pronoun, the tense and the word of time.',
    solution: {
      explanation: '"I" becomes "he", "am leaving" becomes "was leaving" and "tomorrow" becomes "the next day".',
    },
  },
  {
    slug: 'eng-reported-question',
    type: 'choice',
    prompt: 'A nurse asks a girl: *Where do you live?* Which sentence reports this correctly?',
    difficulty: 'medium',
    tags: ['english', 'reported speech'],
    choices: [
      {
        id: 'a',
        text: 'The nurse asked the girl where did she live.',
        misconception: 'A reported question has no "did"; the subject comes before the verb.',
      },
      {
        id: 'b',
        text: 'The nurse asked the girl that where she lived.',
        misconception: 'A question word already joins the parts, so "that" is not used.',
      },
      {
        id: 'c',
        text: 'The nurse asked the girl where do you live.',
        misconception: 'These are the spoken words; without quotation marks they must change.',
      },
      { id: 'd', text: 'The nurse asked the girl where she lived.' },
    ],
    correct: ['d'],
    hint: 'A reported question has the word order of a statement.',
    solution: {
      explanation:
        'The question word stays, the order becomes subject and verb, and "do you live" becomes "she lived".',
    },
  },
  {
    slug: 'eng-each-of-the-girls',
    type: 'choice',
    prompt: 'Complete: *Each of the girls ___ a new textbook.*',
    difficulty: 'easy',
    tags: ['english', 'agreement'],
    choices: [
      { id: 'a', text: 'has' },
      { id: 'b', text: 'have', misconception: 'The subject is "each", which is singular, not "girls".' },
      { id: 'c', text: 'having', misconception: '"Having" alone cannot be the main verb of a sentence.' },
      {
        id: 'd',
        text: 'are having',
        misconception: '"Have" for owning is not used with -ing, and "each" is singular.',
      },
    ],
    correct: ['a'],
    hint: 'Is "each" one, or many?',
    solution: { explanation: '"Each" is singular, so the verb is "has". The words "of the girls" do not change this.' },
  },
  {
    slug: 'eng-conditional-mzuzu',
    type: 'choice',
    prompt: 'Complete: *If I had known last week that you were in Mzuzu, I ___ you then.*',
    difficulty: 'medium',
    tags: ['english', 'conditionals'],
    choices: [
      { id: 'a', text: 'will visit', misconception: '"Will" goes with "if I know". Here the chance is past.' },
      {
        id: 'b',
        text: 'will have visited',
        misconception: '"Will have" looks back from the future; last week needs "would".',
      },
      { id: 'c', text: 'visited', misconception: '"Visited" says that it really happened, but it did not.' },
      { id: 'd', text: 'would have visited' },
    ],
    correct: ['d'],
    hint: 'It did not happen, and it is too late now.',
    solution: {
      explanation:
        'For something that did not happen in the past: "if" + past perfect, then "would have" + past participle.',
    },
  },
  {
    slug: 'eng-vocabulary-scarce',
    type: 'choice',
    prompt: 'Which is nearest in meaning to the word in bold? *Clean water was* **scarce** *after the cyclone.*',
    difficulty: 'easy',
    tags: ['english', 'vocabulary'],
    choices: [
      {
        id: 'a',
        text: 'expensive',
        misconception: 'Scarce things often become expensive, but the word itself is not about price.',
      },
      { id: 'b', text: 'in short supply' },
      { id: 'c', text: 'plentiful', misconception: 'This is the opposite of "scarce".' },
      {
        id: 'd',
        text: 'dangerous',
        misconception: 'Perhaps you thought of "scary"; "scarce" is about how much there is.',
      },
    ],
    correct: ['b'],
    hint: 'Think of how much water there was.',
    solution: { explanation: '"Scarce" means that there is not enough of a thing and it is hard to find.' },
  },
  {
    slug: 'eng-its-and-it-is',
    type: 'choice',
    prompt: 'Which sentence is punctuated correctly?',
    difficulty: 'easy',
    tags: ['english', 'punctuation'],
    choices: [
      {
        id: 'a',
        text: "Its late, and the dog wants it's food.",
        misconception: 'They are exchanged: "it is" takes the apostrophe, the possessive does not.',
      },
      {
        id: 'b',
        text: "It's late, and the dog wants it's food.",
        misconception: 'The first is right, but "it\'s food" would mean "it is food".',
      },
      { id: 'c', text: "It's late, and the dog wants its food." },
      {
        id: 'd',
        text: 'Its late, and the dog wants its food.',
        misconception: 'The second is right, but "it is late" shortens to "it\'s late".',
      },
    ],
    correct: ['c'],
    hint: 'Try "it is" in each place.',
    solution: { explanation: '"It\'s" is short for "it is". The possessive "its" has no apostrophe.' },
  },
  {
    slug: 'eng-direct-speech-marks',
    type: 'choice',
    prompt: 'In which sentence is the direct speech punctuated correctly?',
    difficulty: 'medium',
    tags: ['english', 'punctuation'],
    choices: [
      { id: 'a', text: '"Where is the chalk?" asked the teacher.' },
      {
        id: 'b',
        text: '"Where is the chalk"? asked the teacher.',
        misconception: 'The question mark belongs to the spoken words, so it goes inside the marks.',
      },
      {
        id: 'c',
        text: '"Where is the chalk," asked the teacher?',
        misconception: 'Only the spoken words are a question, not the whole sentence.',
      },
      {
        id: 'd',
        text: '"Where is the chalk?" Asked the teacher.',
        misconception: '"Asked the teacher" continues the sentence, so it has no capital letter.',
      },
    ],
    correct: ['a'],
    hint: 'Which words are the question? Does the sentence go on after them?',
    solution: {
      explanation: 'The question mark stands inside the quotation marks, and "asked" goes on with a small letter.',
    },
  },
  {
    slug: 'eng-a-little-salt',
    type: 'choice',
    prompt: 'Complete: *There is ___ salt left, so we need not buy more today.*',
    difficulty: 'hard',
    tags: ['english', 'determiners'],
    choices: [
      { id: 'a', text: 'little', misconception: '"Little" alone means hardly any; then we would need to buy more.' },
      { id: 'b', text: 'a little' },
      { id: 'c', text: 'few', misconception: '"Few" goes with things that can be counted; salt cannot.' },
      { id: 'd', text: 'a few', misconception: '"A few" is for things that can be counted, such as eggs.' },
    ],
    correct: ['b'],
    hint: 'Salt cannot be counted, and there is enough for today.',
    solution: {
      explanation:
        '"A little" means some, enough for now. "Little" means almost none. "Few" and "a few" need countable nouns.',
    },
  },
  {
    slug: 'eng-no-sooner-than',
    type: 'choice',
    prompt: 'Complete: *No sooner had we sat down ___ the bell rang.*',
    difficulty: 'hard',
    tags: ['english', 'conjunctions'],
    choices: [
      { id: 'a', text: 'when', misconception: '"When" goes with "hardly had we…"; "no sooner" takes another word.' },
      {
        id: 'b',
        text: 'then',
        misconception: 'You may have heard "then", but a comparative needs a word spelt with "a".',
      },
      { id: 'c', text: 'that', misconception: '"That" goes with "so"; it does not follow "sooner".' },
      { id: 'd', text: 'than' },
    ],
    correct: ['d'],
    hint: '"Sooner" is a comparative, like "taller".',
    solution: { explanation: '"Sooner" is a comparative, and a comparative is followed by "than": no sooner … than.' },
  },
  {
    slug: 'eng-walking-to-school',
    type: 'choice',
    prompt: 'In which sentence do the words "Walking to school" correctly describe Chimwemwe?',
    difficulty: 'hard',
    tags: ['english', 'phrases and clauses'],
    choices: [
      { id: 'a', text: 'Walking to school, Chimwemwe saw a snake.' },
      {
        id: 'b',
        text: 'Walking to school, a snake frightened Chimwemwe.',
        misconception: 'The subject is "a snake", so the snake seems to walk to school.',
      },
      {
        id: 'c',
        text: "Walking to school, Chimwemwe's shoes got wet.",
        misconception: 'The subject is "shoes", so the shoes seem to be walking.',
      },
      {
        id: 'd',
        text: 'Walking to school, rain fell on Chimwemwe.',
        misconception: 'The subject is "rain", so the rain seems to be walking.',
      },
    ],
    correct: ['a'],
    hint: 'Such a phrase describes the subject of the main clause.',
    solution: {
      explanation:
        'A participle phrase at the start describes the subject. Only in the first sentence is the subject Chimwemwe.',
    },
  },
  {
    slug: 'eng-capitals-lake',
    type: 'text_entry',
    prompt: 'Write *lake malawi* with the right capital letters: We swam in {{b1}}.',
    difficulty: 'easy',
    tags: ['english', 'capital letters'],
    blanks: [
      { id: 'b1', accepted: ['Lake Malawi', 'Lake Malawi.', 'Lake Malaŵi', 'Lake Malaŵi.'], caseSensitive: true },
    ],
    hint: 'Is "lake" part of the name here?',
    solution: { explanation: '"Lake" is part of the proper name here, so both words begin with a capital letter.' },
  },
  {
    slug: 'eng-capitals-languages',
    type: 'text_entry',
    prompt:
      'Write each word again with correct capital or small letters: She speaks {{b1}} (french) and {{b2}} (chichewa).',
    difficulty: 'easy',
    tags: ['english', 'capital letters'],
    maxScore: 2,
    blanks: [
      { id: 'b1', accepted: ['French'], caseSensitive: true },
      { id: 'b2', accepted: ['Chichewa'], caseSensitive: true },
    ],
    hint: 'Both words are names of languages.',
    solution: { explanation: 'Names of languages are proper nouns and begin with a capital letter.' },
  },
  {
    slug: 'eng-capitals-sentence',
    type: 'text_entry',
    prompt: 'Write this sentence again with the right capital letters: *on monday i saw dr phiri.* {{b1}}',
    difficulty: 'medium',
    tags: ['english', 'capital letters'],
    blanks: [
      {
        id: 'b1',
        accepted: [
          'On Monday I saw Dr Phiri.',
          'On Monday I saw Dr Phiri',
          'On Monday I saw Dr. Phiri.',
          'On Monday I saw Dr. Phiri',
          'On Monday, I saw Dr Phiri.',
          'On Monday, I saw Dr Phiri',
          'On Monday, I saw Dr. Phiri.',
          'On Monday, I saw Dr. Phiri',
        ],
        caseSensitive: true,
      },
    ],
    hint: 'Five words need a capital letter.',
    solution: {
      explanation:
        'Capitals are needed for the first word, the day, the pronoun "I", the title and the name: On Monday I saw Dr Phiri.',
    },
  },
  {
    slug: 'eng-verb-forms-goat',
    type: 'text_entry',
    prompt:
      'Write each verb in its right form, one word each: Yesterday a goat {{b1}} (eat) the cabbages that I had {{b2}} (grow).',
    difficulty: 'easy',
    tags: ['english', 'verb forms'],
    maxScore: 2,
    blanks: [
      { id: 'b1', accepted: ['ate'] },
      { id: 'b2', accepted: ['grown'] },
    ],
    hint: 'The first is past simple. The second follows "had".',
    solution: {
      explanation: '"Yesterday" asks for the past simple, "ate". After "had" comes the past participle, "grown".',
    },
  },
  {
    slug: 'eng-passive-radio',
    type: 'text_entry',
    prompt:
      'Make it passive with forms of *be* and *steal*, keeping the tense: *Thieves stole the radio.* The radio {{b1}} by thieves.',
    difficulty: 'easy',
    tags: ['english', 'passive'],
    blanks: [{ id: 'b1', accepted: ['was stolen'] }],
    hint: 'You need two words. "Stole" is past simple, and "radio" is singular.',
    solution: { explanation: 'Past simple passive is "was" or "were" with a past participle: the radio was stolen.' },
  },
  {
    slug: 'eng-tag-likoma',
    type: 'text_entry',
    prompt: 'Complete the question tag with two words: You have never been to Likoma, {{b1}}?',
    difficulty: 'medium',
    tags: ['english', 'question tags'],
    blanks: [{ id: 'b1', accepted: ['have you', 'have you?'] }],
    hint: 'Is a sentence with "never" positive or negative?',
    solution: {
      explanation:
        '"Never" makes the sentence negative, so the tag is positive and repeats the helping verb: have you?',
    },
  },
  {
    slug: 'eng-forward-to-visiting',
    type: 'text_entry',
    prompt: 'Write the right form of *visit*, one word: We are looking forward to {{b1}} Mulanje.',
    difficulty: 'medium',
    tags: ['english', 'verb forms'],
    blanks: [{ id: 'b1', accepted: ['visiting'] }],
    hint: 'Here "to" is a preposition, as in "We are looking forward to the trip".',
    solution: {
      explanation: 'In "look forward to" the word "to" is a preposition, and a verb after a preposition takes -ing.',
    },
  },
  {
    slug: 'eng-reported-yesterday',
    type: 'text_entry',
    prompt:
      'Report in one word: *"I lost my pen yesterday," she said last month.* She said that she had lost her pen the day {{b1}}.',
    difficulty: 'hard',
    tags: ['english', 'reported speech'],
    blanks: [{ id: 'b1', accepted: ['before', 'prior', 'previous'] }],
    hint: '"Yesterday" cannot stay, because it would now mean a different day.',
    solution: { explanation: 'In reported speech "yesterday" becomes "the day before" (or "the previous day").' },
  },
];
