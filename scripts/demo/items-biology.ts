// The demo bank of JCE Biology: 36 original items, Forms 1 and 2.
import type { DemoItem } from './demo-item.ts';

export const biology: DemoItem[] = [
  {
    slug: 'bio-measure-25-cm3',
    objective: 'bio-apparatus',
    type: 'choice',
    prompt: 'Which of these is best for measuring 25 cm³ of water?',
    difficulty: 'easy',
    tags: ['biology', 'skills'],
    choices: [
      {
        id: 'a',
        text: 'Beaker',
        misconception: 'The marks on a beaker are only rough; it is made for holding and mixing.',
      },
      {
        id: 'b',
        text: 'Test tube',
        misconception: 'A test tube has no volume scale; it is for holding small amounts.',
      },
      { id: 'c', text: 'Measuring cylinder' },
      {
        id: 'd',
        text: 'Thermometer',
        misconception: 'A thermometer has a fine scale, but it measures temperature, not volume.',
      },
    ],
    correct: ['c'],
    hint: 'Look for a fine scale of volume.',
    solution: {
      explanation: 'A measuring cylinder is narrow and has a fine scale in cm³, so the volume can be read closely.',
    },
  },
  {
    slug: 'bio-fair-test-light',
    objective: 'bio-fair-test',
    type: 'choice',
    prompt:
      'Thoko tests how light affects the growth of bean seedlings in two pots. In a fair test, what should differ between the pots?',
    difficulty: 'medium',
    tags: ['biology', 'skills'],
    choices: [
      {
        id: 'a',
        text: 'The amount of water',
        misconception: 'If water differs too, you cannot tell which factor changed the growth.',
      },
      { id: 'b', text: 'The amount of light' },
      {
        id: 'c',
        text: 'The type of soil',
        misconception: 'Different soil could change the growth as well, so it must be the same.',
      },
      {
        id: 'd',
        text: 'The number of seedlings',
        misconception: 'Crowded seedlings grow differently, so plant the same number in each pot.',
      },
    ],
    correct: ['b'],
    hint: 'Change only the factor that is being tested.',
    solution: {
      explanation: 'Only the factor under test, light, is changed. Everything else is kept the same in both pots.',
    },
  },
  {
    slug: 'bio-weeds-estimate',
    objective: 'bio-sampling',
    type: 'numeric',
    prompt:
      'Madalitso finds 36 weeds in total in 8 quadrats of 1 m² each. Estimate the number of weeds in the whole 600 m² garden.',
    difficulty: 'medium',
    tags: ['biology', 'skills'],
    answer: 2700,
    formula: () => (36 / 8) * 600,
    hint: 'First find the mean number of weeds in one square metre.',
    solution: {
      explanation: 'The mean for 1 m² is multiplied by the area of the whole garden.',
      steps: ['36 ÷ 8 = 4.5 weeds in 1 m²', '4.5 × 600 = 2700 weeds'],
    },
  },
  {
    slug: 'bio-change-objective-lens',
    objective: 'bio-microscope-parts',
    type: 'choice',
    prompt: 'Which part of a light microscope is turned to change from the low-power to the high-power objective lens?',
    difficulty: 'easy',
    tags: ['biology', 'cells'],
    choices: [
      { id: 'a', text: 'Nosepiece' },
      {
        id: 'b',
        text: 'Coarse adjustment knob',
        misconception: 'This knob moves the lens and slide nearer or apart; it does not swap lenses.',
      },
      {
        id: 'c',
        text: 'Mirror',
        misconception: 'The mirror sends light up through the slide; it does not change the lens.',
      },
      {
        id: 'd',
        text: 'Fine adjustment knob',
        misconception: 'This knob sharpens the image after the lens has been chosen.',
      },
    ],
    correct: ['a'],
    hint: 'The objective lenses are screwed into it.',
    solution: {
      explanation:
        'The objective lenses are fixed to the revolving nosepiece. Turning it brings another lens over the slide.',
    },
  },
  {
    slug: 'bio-real-width-of-cell',
    objective: 'bio-magnification',
    type: 'numeric',
    prompt:
      'Under a ×10 eyepiece and a ×40 objective a cell looks 24 mm wide. What is its real width in mm? Give the unit.',
    difficulty: 'hard',
    tags: ['biology', 'cells'],
    answer: 0.06,
    unit: 'mm',
    formula: () => 24 / (10 * 40),
    hint: 'Find the total magnification first. The real cell is smaller than its image.',
    solution: {
      explanation: 'The powers of the lenses are multiplied, and real size = image size ÷ magnification.',
      steps: ['10 × 40 = 400', '24 mm ÷ 400 = 0.06 mm'],
    },
  },
  {
    slug: 'bio-energy-release-in-cell',
    objective: 'bio-cell-parts',
    type: 'choice',
    prompt: 'In which part of a cell is most of the energy released from glucose?',
    difficulty: 'medium',
    tags: ['biology', 'cells'],
    choices: [
      {
        id: 'a',
        text: 'Nucleus',
        misconception: 'The nucleus controls the cell, but it does not release the energy of food.',
      },
      {
        id: 'b',
        text: 'Vacuole',
        misconception: 'The vacuole of a plant cell stores cell sap; it does not break down glucose.',
      },
      {
        id: 'c',
        text: 'Chloroplast',
        misconception: 'A chloroplast makes glucose with the energy of light; that is photosynthesis.',
      },
      { id: 'd', text: 'Mitochondrion' },
    ],
    correct: ['d'],
    hint: 'Active cells, such as muscle cells, contain many of these.',
    solution: {
      explanation: 'Aerobic respiration takes place in the mitochondria and releases the energy of glucose.',
    },
  },
  {
    slug: 'bio-only-in-leaf-cell',
    objective: 'bio-plant-animal-cells',
    type: 'choice',
    prompt: 'Which of these are found in a green leaf cell but not in an animal cell? Choose two.',
    difficulty: 'easy',
    tags: ['biology', 'cells'],
    maxScore: 2,
    choices: [
      { id: 'a', text: 'Nucleus', misconception: 'Animal cells have a nucleus too; it controls the cell.' },
      { id: 'b', text: 'Cell wall' },
      {
        id: 'c',
        text: 'Cell membrane',
        misconception: 'Every cell has a membrane. It is the wall outside it that differs.',
      },
      { id: 'd', text: 'Chloroplast' },
      { id: 'e', text: 'Cytoplasm', misconception: 'Cytoplasm fills animal cells as well as plant cells.' },
    ],
    correct: ['b', 'd'],
    scoring: 'sum',
    hint: 'Think of support, and of making food.',
    solution: {
      explanation:
        'Only the plant cell has a cellulose cell wall and, in green parts, chloroplasts for photosynthesis.',
    },
  },
  {
    slug: 'bio-largest-to-smallest-group',
    objective: 'bio-classification-order',
    type: 'choice',
    prompt: 'Which list runs from the largest group to the smallest?',
    difficulty: 'medium',
    tags: ['biology', 'classification'],
    choices: [
      {
        id: 'a',
        text: 'Kingdom, family, phylum, species',
        misconception: 'A phylum holds many families, so phylum comes before family.',
      },
      {
        id: 'b',
        text: 'Species, family, phylum, kingdom',
        misconception: 'This is the right order but turned round: smallest first.',
      },
      { id: 'c', text: 'Kingdom, phylum, family, species' },
      {
        id: 'd',
        text: 'Phylum, kingdom, family, species',
        misconception: 'A kingdom, such as all animals, is made of many phyla.',
      },
    ],
    correct: ['c'],
    hint: 'All animals together form one kingdom.',
    solution: { explanation: 'The full order is kingdom, phylum, class, order, family, genus, species.' },
  },
  {
    slug: 'bio-bat-is-a-mammal',
    objective: 'bio-vertebrates',
    type: 'choice',
    prompt: 'Which feature shows that a bat is a mammal and not a bird?',
    difficulty: 'easy',
    tags: ['biology', 'classification'],
    choices: [
      { id: 'a', text: 'It has a backbone', misconception: 'Birds have a backbone too; all vertebrates do.' },
      { id: 'b', text: 'It has fur and suckles its young' },
      {
        id: 'c',
        text: 'It has wings',
        misconception: 'Wings help both bats and birds to fly, so they do not tell them apart.',
      },
      { id: 'd', text: 'It breathes with lungs', misconception: 'Birds breathe with lungs as well.' },
    ],
    correct: ['b'],
    hint: 'Look for something that no bird has.',
    solution: {
      explanation: 'Fur and milk for the young are found only in mammals. Birds have feathers and lay eggs.',
    },
  },
  {
    slug: 'bio-eight-legs',
    objective: 'bio-arthropods',
    type: 'choice',
    prompt: 'A small animal has eight legs, two body parts and no antennae. To which group does it belong?',
    difficulty: 'easy',
    tags: ['biology', 'classification'],
    choices: [
      { id: 'a', text: 'Arachnids' },
      { id: 'b', text: 'Insects', misconception: 'Insects have six legs, three body parts and one pair of antennae.' },
      { id: 'c', text: 'Crustaceans', misconception: 'Crustaceans, such as crabs, have two pairs of antennae.' },
      {
        id: 'd',
        text: 'Millipedes',
        misconception: 'Millipedes have many pairs of legs on a long body, and antennae.',
      },
    ],
    correct: ['a'],
    hint: 'A spider is an example.',
    solution: { explanation: 'Arachnids, such as spiders and ticks, have eight legs and no antennae.' },
  },
  {
    slug: 'bio-ring-of-bark',
    objective: 'bio-plant-transport',
    type: 'choice',
    prompt:
      'A ring of bark is cut from a mango trunk. The leaves stay fresh for weeks, but the roots slowly starve. What can no longer pass the cut?',
    difficulty: 'hard',
    tags: ['biology', 'plants'],
    choices: [
      {
        id: 'a',
        text: 'Water going up to the leaves',
        misconception: 'The leaves stay fresh, so water still reaches them through the wood under the bark.',
      },
      {
        id: 'b',
        text: 'Mineral salts going up to the leaves',
        misconception: 'Mineral salts go up with the water, in the wood under the bark, which was not cut.',
      },
      {
        id: 'c',
        text: 'Oxygen going down to the roots',
        misconception: 'Roots take oxygen from the air in the soil; it does not come from the leaves.',
      },
      { id: 'd', text: 'Sugar going down to the roots' },
    ],
    correct: ['d'],
    hint: 'What do starving roots lack, and where is it made?',
    solution: {
      explanation:
        'Phloem lies just inside the bark. Without it, sugar made in the leaves cannot travel down to the roots.',
    },
  },
  {
    slug: 'bio-tissue-for-water',
    objective: 'bio-plant-transport',
    type: 'text_entry',
    prompt: 'In a maize plant, water travels from the roots to the leaves in the tissue called {{b1}}.',
    difficulty: 'easy',
    tags: ['biology', 'plants'],
    blanks: [
      {
        id: 'b1',
        accepted: ['xylem', 'the xylem', 'xylem tissue', 'xylem vessel', 'xylem vessels', 'xylem tube', 'xylem tubes'],
      },
    ],
    hint: 'It is one of the two transport tissues; the other one carries sugar.',
    solution: { explanation: 'Xylem carries water and mineral salts up the plant. Phloem carries sugar.' },
  },
  {
    slug: 'bio-leaf-from-the-dark',
    objective: 'bio-photosynthesis',
    type: 'choice',
    prompt:
      'After two days in the dark, a leaf of a plant is boiled, decolourised in alcohol and put in iodine solution. What colour is it now?',
    difficulty: 'medium',
    tags: ['biology', 'plants'],
    choices: [
      { id: 'a', text: 'Yellow-brown' },
      {
        id: 'b',
        text: 'Blue-black',
        misconception: 'Blue-black shows starch, but in the dark the leaf makes none and uses up its store.',
      },
      {
        id: 'c',
        text: 'Brick-red',
        misconception: "Brick-red is the result of a sugar test with Benedict's solution.",
      },
      { id: 'd', text: 'Purple', misconception: 'Purple is the result of the biuret test for protein.' },
    ],
    correct: ['a'],
    hint: 'Is there still starch in the leaf after two days without light?',
    solution: {
      explanation:
        'Without light there is no photosynthesis, and the stored starch is used up. Iodine keeps its yellow-brown colour.',
    },
  },
  {
    slug: 'bio-where-pollen-lands',
    objective: 'bio-flower-parts',
    type: 'text_entry',
    prompt: 'In pollination, pollen is carried from an anther to the part of the flower called the {{b1}}.',
    difficulty: 'easy',
    tags: ['biology', 'plants'],
    blanks: [{ id: 'b1', accepted: ['stigma', 'stigmas', 'stigmata'] }],
    hint: 'It is the sticky tip of the female part of a flower.',
    solution: {
      explanation: 'Pollination is the transfer of pollen from an anther to a stigma, the tip of the carpel.',
    },
  },
  {
    slug: 'bio-bean-germination-needs',
    objective: 'bio-germination',
    type: 'choice',
    prompt: 'What must bean seeds have in order to germinate? Choose three.',
    difficulty: 'medium',
    tags: ['biology', 'plants'],
    maxScore: 3,
    choices: [
      { id: 'a', text: 'Water' },
      { id: 'b', text: 'Light', misconception: 'Beans germinate in dark soil. Light matters once there are leaves.' },
      { id: 'c', text: 'Oxygen' },
      {
        id: 'd',
        text: 'Fertiliser',
        misconception: 'The seed has its own food store; fertiliser helps the growing plant later.',
      },
      { id: 'e', text: 'A suitable temperature' },
    ],
    correct: ['a', 'c', 'e'],
    scoring: 'right_minus_wrong',
    hint: 'Think of a seed deep in dark soil. What must still reach it?',
    solution: {
      explanation:
        'Water swells the seed and starts its enzymes, oxygen is for respiration, and enzymes need a suitable temperature.',
    },
  },
  {
    slug: 'bio-germination-percentage',
    objective: 'bio-germination',
    type: 'numeric',
    prompt:
      'Chikondi plants 150 maize seeds and 113 germinate. What percentage germinates? Give the number to 3 significant figures.',
    difficulty: 'medium',
    tags: ['biology', 'plants'],
    answer: 75.3,
    significantFigures: 3,
    formula: () => (113 / 150) * 100,
    hint: 'Write the part over the whole, then change it to a percentage.',
    solution: {
      explanation: 'Percentage = seeds germinated ÷ seeds planted × 100.',
      steps: ['113 ÷ 150 = 0.75333…', '0.75333… × 100 = 75.333…', 'To 3 significant figures: 75.3'],
    },
  },
  {
    slug: 'bio-rickets-vitamin',
    objective: 'bio-deficiency',
    type: 'choice',
    prompt: 'Lack of which vitamin causes soft bones and bowed legs in children?',
    difficulty: 'easy',
    tags: ['biology', 'nutrition'],
    choices: [
      { id: 'a', text: 'Vitamin A', misconception: 'Lack of vitamin A causes night blindness.' },
      {
        id: 'b',
        text: 'Vitamin B1',
        misconception: 'Lack of vitamin B1 causes beri-beri, a disease of nerves and heart.',
      },
      { id: 'c', text: 'Vitamin C', misconception: 'Lack of vitamin C causes scurvy, with bleeding gums.' },
      { id: 'd', text: 'Vitamin D' },
    ],
    correct: ['d'],
    shuffle: false,
    hint: 'The skin makes this vitamin in sunlight.',
    solution: { explanation: 'Vitamin D helps the body to take in calcium for bones. Lack of it causes rickets.' },
  },
  {
    slug: 'bio-benedict-test',
    objective: 'bio-food-tests',
    type: 'choice',
    prompt: "A food sample is heated with Benedict's solution, which turns brick-red. What does the food contain?",
    difficulty: 'easy',
    tags: ['biology', 'nutrition'],
    choices: [
      { id: 'a', text: 'Starch', misconception: 'Starch is shown by iodine solution turning blue-black.' },
      { id: 'b', text: 'Reducing sugar' },
      { id: 'c', text: 'Protein', misconception: 'Protein is shown by the biuret test turning purple.' },
      {
        id: 'd',
        text: 'Fat',
        misconception: 'Fat is shown by the emulsion test turning milky, or by a greasy spot on paper.',
      },
    ],
    correct: ['b'],
    hint: 'Glucose gives the same result.',
    solution: {
      explanation: "Heated with Benedict's solution, reducing sugars such as glucose give a brick-red colour.",
    },
  },
  {
    slug: 'bio-protein-digestion-starts',
    objective: 'bio-digestion',
    type: 'choice',
    prompt: 'In which part of the alimentary canal does the digestion of protein by enzymes begin?',
    difficulty: 'medium',
    tags: ['biology', 'digestion'],
    choices: [
      { id: 'a', text: 'Mouth', misconception: 'Saliva acts on starch. In the mouth, protein is only chewed.' },
      { id: 'b', text: 'Large intestine', misconception: 'The large intestine mainly absorbs water.' },
      { id: 'c', text: 'Stomach' },
      { id: 'd', text: 'Small intestine', misconception: 'Protein digestion is finished here, but it began earlier.' },
    ],
    correct: ['c'],
    hint: 'The enzyme is pepsin, and it needs acid.',
    solution: { explanation: 'Pepsin in the acid gastric juice of the stomach starts to digest protein.' },
  },
  {
    slug: 'bio-blocked-bile-duct',
    objective: 'bio-digestion',
    type: 'choice',
    prompt: 'A gallstone blocks the bile duct of a patient. Why are fats now digested slowly?',
    difficulty: 'hard',
    tags: ['biology', 'digestion'],
    choices: [
      {
        id: 'a',
        text: 'The enzyme in bile no longer digests them',
        misconception: 'Bile contains no enzyme; it prepares fat for lipase.',
      },
      {
        id: 'b',
        text: 'Bile no longer makes the intestine acidic',
        misconception: 'Bile is alkaline; it helps to neutralise the acid from the stomach.',
      },
      { id: 'c', text: 'They stay as large drops with little total surface' },
      {
        id: 'd',
        text: 'They can no longer leave the stomach',
        misconception: 'The bile duct does not carry food; fat still passes into the small intestine.',
      },
    ],
    correct: ['c'],
    hint: 'What does bile do to fat before the enzyme lipase acts on it?',
    solution: {
      explanation:
        'Bile breaks fat into tiny droplets (emulsifies it). Without bile, lipase has little surface to work on.',
    },
  },
  {
    slug: 'bio-folds-of-small-intestine',
    objective: 'bio-absorption',
    type: 'text_entry',
    prompt:
      'The lining of the small intestine has many finger-like projections called {{b1}}, each with blood capillaries and a lacteal inside.',
    difficulty: 'medium',
    tags: ['biology', 'digestion'],
    blanks: [{ id: 'b1', accepted: ['villi', 'villus'] }],
    hint: 'They give a large surface for absorbing food. The word is a Latin plural.',
    solution: {
      explanation:
        'Villi give the small intestine a large surface for absorbing digested food into blood and lacteals.',
    },
  },
  {
    slug: 'bio-thickest-heart-wall',
    objective: 'bio-heart',
    type: 'choice',
    prompt: 'Which chamber of the human heart has the thickest wall?',
    difficulty: 'medium',
    tags: ['biology', 'circulation'],
    choices: [
      { id: 'a', text: 'Left ventricle' },
      {
        id: 'b',
        text: 'Right ventricle',
        misconception: 'It pumps only to the lungs near by, so its wall is thinner.',
      },
      { id: 'c', text: 'Left atrium', misconception: 'An atrium only pushes blood into the ventricle below it.' },
      {
        id: 'd',
        text: 'Right atrium',
        misconception: 'It receives blood from the body at low pressure and needs only a thin wall.',
      },
    ],
    correct: ['a'],
    hint: 'Which chamber must pump blood the farthest?',
    solution: { explanation: 'The left ventricle pumps blood round the whole body, so it needs the most muscle.' },
  },
  {
    slug: 'bio-lungs-to-heart-vessel',
    objective: 'bio-blood-vessels',
    type: 'choice',
    prompt: 'Which blood vessel carries blood from the lungs to the heart?',
    difficulty: 'medium',
    tags: ['biology', 'circulation'],
    choices: [
      {
        id: 'a',
        text: 'Pulmonary artery',
        misconception: 'Arteries lead away from the heart: this one goes to the lungs.',
      },
      { id: 'b', text: 'Aorta', misconception: 'The aorta carries oxygen-rich blood, but from the heart to the body.' },
      {
        id: 'c',
        text: 'Vena cava',
        misconception: 'It does lead to the heart, but from the body, not from the lungs.',
      },
      { id: 'd', text: 'Pulmonary vein' },
    ],
    correct: ['d'],
    hint: 'Veins lead to the heart, arteries lead away from it.',
    solution: { explanation: 'The pulmonary vein brings oxygen-rich blood from the lungs to the left atrium.' },
  },
  {
    slug: 'bio-pulse-rate',
    objective: 'bio-pulse',
    type: 'numeric',
    prompt:
      'After a walk, Mphatso counts 23 pulse beats in 15 seconds. What is the pulse rate in beats per minute? Write the number only.',
    difficulty: 'easy',
    tags: ['biology', 'circulation'],
    answer: 92,
    formula: () => 23 * (60 / 15),
    hint: 'How many times does 15 seconds go into one minute?',
    solution: {
      explanation: 'One minute is 4 times 15 seconds, so the count is multiplied by 4.',
      steps: ['60 ÷ 15 = 4', '23 × 4 = 92'],
    },
  },
  {
    slug: 'bio-oxygen-pigment',
    objective: 'bio-blood-parts',
    type: 'text_entry',
    prompt: 'The red pigment in red blood cells, which joins with oxygen in the lungs, is called {{b1}}.',
    difficulty: 'easy',
    tags: ['biology', 'circulation'],
    blanks: [{ id: 'b1', accepted: ['haemoglobin', 'hemoglobin', 'hæmoglobin'] }],
    hint: 'The pigment contains iron, and its name begins with a word part meaning "blood".',
    solution: { explanation: 'Haemoglobin joins with oxygen in the lungs and releases it in the tissues.' },
  },
  {
    slug: 'bio-blood-for-group-b',
    objective: 'bio-blood-groups',
    type: 'choice',
    prompt:
      'Leaving the rhesus factor aside, red cells of which blood groups can be given to a group B patient? Choose two.',
    difficulty: 'hard',
    tags: ['biology', 'circulation'],
    maxScore: 2,
    choices: [
      { id: 'a', text: 'A', misconception: 'A group B patient has anti-A antibodies, which clump group A cells.' },
      { id: 'b', text: 'B' },
      { id: 'c', text: 'AB', misconception: "AB cells carry antigen A, which the patient's anti-A antibodies attack." },
      { id: 'd', text: 'O' },
    ],
    correct: ['b', 'd'],
    shuffle: false,
    scoring: 'sum',
    hint: 'The patient has anti-A antibodies. Which cells carry no antigen A?',
    solution: {
      explanation:
        'Group B plasma has anti-A antibodies. Cells of groups B and O carry no antigen A, so they do not clump.',
    },
  },
  {
    slug: 'bio-breathing-in',
    objective: 'bio-breathing',
    type: 'choice',
    prompt: 'What happens when a person breathes in?',
    difficulty: 'medium',
    tags: ['biology', 'respiration'],
    choices: [
      { id: 'a', text: 'Diaphragm flattens, ribs move up and out' },
      {
        id: 'b',
        text: 'Diaphragm flattens, ribs move down and in',
        misconception: 'The diaphragm is right, but ribs moving in would make the chest smaller.',
      },
      {
        id: 'c',
        text: 'Diaphragm domes up, ribs move up and out',
        misconception: 'The ribs are right, but a diaphragm that domes up makes the chest smaller.',
      },
      {
        id: 'd',
        text: 'Diaphragm domes up, ribs move down and in',
        misconception: 'This makes the chest smaller: it is what happens in breathing out.',
      },
    ],
    correct: ['a'],
    hint: 'The chest must become larger in every direction.',
    solution: {
      explanation:
        'The diaphragm contracts and flattens and the ribs lift. The chest grows, its pressure falls and air flows in.',
    },
  },
  {
    slug: 'bio-oxygen-from-one-breath',
    objective: 'bio-air-composition',
    type: 'numeric',
    prompt:
      'Assume 450 cm³ of air with 21% oxygen is inhaled and 450 cm³ with 16% is exhaled. How many cm³ of oxygen stay in the body? (Number only)',
    difficulty: 'hard',
    tags: ['biology', 'respiration'],
    answer: 22.5,
    formula: () => ((21 - 16) / 100) * 450,
    hint: 'By how many per cent does the share of oxygen fall?',
    solution: {
      explanation: 'The oxygen kept is the difference between what goes in and what comes out.',
      steps: ['In: 21% of 450 = 94.5 cm³', 'Out: 16% of 450 = 72 cm³', '94.5 − 72 = 22.5 cm³'],
    },
  },
  {
    slug: 'bio-reflex-path',
    objective: 'bio-reflex',
    type: 'choice',
    prompt:
      'Limbani touches a hot pot and the hand jerks back. Through which neurones does the message pass, in order?',
    difficulty: 'hard',
    tags: ['biology', 'nervous system'],
    choices: [
      {
        id: 'a',
        text: 'Motor, relay, sensory',
        misconception: 'This is the path turned round; a motor neurone ends at the muscle.',
      },
      { id: 'b', text: 'Sensory, relay, motor' },
      {
        id: 'c',
        text: 'Relay, sensory, motor',
        misconception: 'A relay neurone lies in the spinal cord; the message starts in the skin.',
      },
      {
        id: 'd',
        text: 'Sensory, motor, relay',
        misconception: 'The relay neurone joins the other two, so it comes between them.',
      },
    ],
    correct: ['b'],
    hint: 'The message starts in the skin and ends in a muscle.',
    solution: {
      explanation:
        'A sensory neurone leads to the spinal cord, a relay neurone crosses it and a motor neurone leads to the muscle.',
    },
  },
  {
    slug: 'bio-blurred-chalkboard',
    objective: 'bio-eye-defects',
    type: 'choice',
    prompt:
      'Kondwani, aged 15, reads a book easily, but the far chalkboard looks blurred. What is the defect, and which lens corrects it?',
    difficulty: 'medium',
    tags: ['biology', 'sense organs'],
    choices: [
      {
        id: 'a',
        text: 'Short sight, convex lens',
        misconception: 'The defect is right, but a convex lens would bring the image even further forward.',
      },
      {
        id: 'b',
        text: 'Long sight, concave lens',
        misconception: 'The lens is right, but in long sight near things, such as a book, are blurred.',
      },
      { id: 'c', text: 'Short sight, concave lens' },
      {
        id: 'd',
        text: 'Long sight, convex lens',
        misconception: 'A convex lens does correct long sight, but there it is the book that is blurred.',
      },
    ],
    correct: ['c'],
    hint: 'The image of the chalkboard forms in front of the retina.',
    solution: {
      explanation:
        'Seeing only near things clearly is short sight. A concave lens spreads the rays so that they meet on the retina.',
    },
  },
  {
    slug: 'bio-ear-vibrations-to-impulses',
    objective: 'bio-ear',
    type: 'choice',
    prompt: 'In which part of the ear are sound vibrations changed into nerve impulses?',
    difficulty: 'medium',
    tags: ['biology', 'sense organs'],
    choices: [
      {
        id: 'a',
        text: 'Eardrum',
        misconception: 'The eardrum vibrates when sound reaches it, but it sends no nerve impulses.',
      },
      { id: 'b', text: 'Ossicles', misconception: 'These small bones pass the vibrations on to the inner ear.' },
      {
        id: 'c',
        text: 'Semicircular canals',
        misconception: 'These send impulses about movement and balance, not about sound.',
      },
      { id: 'd', text: 'Cochlea' },
    ],
    correct: ['d'],
    hint: 'It is in the inner ear and coiled like a snail shell.',
    solution: {
      explanation: 'Sensory hair cells in the cochlea change vibrations into impulses in the auditory nerve.',
    },
  },
  {
    slug: 'bio-ligament-and-tendon',
    objective: 'bio-joints',
    type: 'text_entry',
    prompt: 'At the knee, bone is held to bone by {{b1}}, and muscle is joined to bone by {{b2}}.',
    difficulty: 'medium',
    tags: ['biology', 'locomotion'],
    maxScore: 2,
    blanks: [
      { id: 'b1', accepted: ['ligaments', 'ligament', 'a ligament'] },
      { id: 'b2', accepted: ['tendons', 'tendon', 'a tendon', 'sinews', 'sinew'] },
    ],
    hint: 'Both are tough bands. One stretches a little, the other hardly at all.',
    solution: {
      explanation:
        'Ligaments stretch a little and hold bones together at a joint. Tendons hardly stretch and join muscle to bone.',
    },
  },
  {
    slug: 'bio-bending-the-arm',
    objective: 'bio-muscles',
    type: 'choice',
    prompt: 'Thoko lifts a bucket by bending the arm at the elbow. What do the muscles of the upper arm do?',
    difficulty: 'easy',
    tags: ['biology', 'locomotion'],
    choices: [
      { id: 'a', text: 'Both contract', misconception: 'If both pulled equally, the arm would be held still.' },
      { id: 'b', text: 'Biceps contracts, triceps relaxes' },
      { id: 'c', text: 'Triceps contracts, biceps relaxes', misconception: 'This straightens the arm.' },
      {
        id: 'd',
        text: 'Both relax',
        misconception: 'A muscle moves a bone only by contracting, so one of them must contract.',
      },
    ],
    correct: ['b'],
    hint: 'Feel which muscle becomes short and hard when you bend your own arm.',
    solution: { explanation: 'The biceps pulls the forearm up while its partner, the triceps, relaxes.' },
  },
  {
    slug: 'bio-why-ors',
    objective: 'bio-rehydration',
    type: 'choice',
    prompt: 'Why is a person with cholera given oral rehydration solution (ORS)?',
    difficulty: 'easy',
    tags: ['biology', 'diseases'],
    choices: [
      { id: 'a', text: 'To replace lost water and salts' },
      {
        id: 'b',
        text: 'To kill the cholera bacteria',
        misconception: 'ORS holds sugar and salts; it does not kill bacteria. Antibiotics do that.',
      },
      {
        id: 'c',
        text: 'To prevent cholera in future',
        misconception: 'ORS gives no protection later; clean water and vaccines do.',
      },
      {
        id: 'd',
        text: 'To supply body-building food',
        misconception: 'ORS has no protein; its small amount of sugar helps to absorb the salts.',
      },
    ],
    correct: ['a'],
    hint: 'What does severe diarrhoea take out of the body?',
    solution: {
      explanation:
        'Severe diarrhoea removes much water and salt. ORS puts them back and so prevents dangerous dehydration.',
    },
  },
  {
    slug: 'bio-viral-sti',
    objective: 'bio-sti-causes',
    type: 'choice',
    prompt: 'Which of these infections is caused by a virus, so that antibiotics cannot cure it?',
    difficulty: 'hard',
    tags: ['biology', 'diseases'],
    choices: [
      {
        id: 'a',
        text: 'Gonorrhoea',
        misconception: 'Gonorrhoea is caused by a bacterium, so antibiotics are used against it.',
      },
      {
        id: 'b',
        text: 'Syphilis',
        misconception: 'Syphilis is caused by a spiral bacterium and is treated with antibiotics.',
      },
      { id: 'c', text: 'Genital herpes' },
      { id: 'd', text: 'Chlamydia', misconception: 'Chlamydia is caused by a very small bacterium, not by a virus.' },
    ],
    correct: ['c'],
    hint: 'Cold sores on the lips are caused by a virus of the same family.',
    solution: {
      explanation:
        'Genital herpes is caused by a virus. The other three are caused by bacteria and are treated with antibiotics.',
    },
  },
  {
    slug: 'bio-gas-in-bread-dough',
    objective: 'bio-microbe-uses',
    type: 'choice',
    prompt: 'Yeast makes bread dough rise by giving off a gas. Which gas is it?',
    difficulty: 'easy',
    tags: ['biology', 'micro-organisms'],
    choices: [
      {
        id: 'a',
        text: 'Oxygen',
        misconception: 'Oxygen is given off in photosynthesis, and yeast cannot photosynthesise.',
      },
      { id: 'b', text: 'Nitrogen', misconception: 'Nitrogen makes up most of the air, but yeast does not produce it.' },
      { id: 'c', text: 'Hydrogen', misconception: 'Yeast does not make hydrogen when it breaks down sugar.' },
      { id: 'd', text: 'Carbon dioxide' },
    ],
    correct: ['d'],
    hint: 'You breathe out more of this gas than you breathe in.',
    solution: {
      explanation: 'Yeast breaks down sugar and releases carbon dioxide, whose bubbles make the dough rise.',
    },
  },
];
