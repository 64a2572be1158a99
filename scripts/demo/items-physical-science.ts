// The MSCE physics and chemistry bank of the demo data: 20 items of each, all original.
import type { DemoItem } from './demo-item.ts';

export const physicalScience: DemoItem[] = [
  // Physics
  {
    slug: 'physics-vector-quantities',
    type: 'choice',
    prompt: 'Which of these are vector quantities? Choose two.',
    choices: [
      { id: 'a', text: 'Displacement' },
      { id: 'b', text: 'Speed', misconception: 'Speed has size only. Velocity is the quantity that adds a direction.' },
      { id: 'c', text: 'Force' },
      {
        id: 'd',
        text: 'Temperature',
        misconception: 'A minus sign on a thermometer is a place on a scale, not a direction.',
      },
    ],
    correct: ['a', 'c'],
    scoring: 'sum',
    difficulty: 'easy',
    tags: ['physics', 'scalars-and-vectors'],
    maxScore: 2,
    hint: 'For which ones must you also say "which way"?',
    solution: {
      explanation:
        'A vector has size and direction. Displacement and force need a direction; speed and temperature do not.',
    },
  },
  {
    slug: 'physics-upthrust-stone',
    type: 'choice',
    prompt: 'A stone weighs 12 N in air and 9 N when fully under the water of Lake Malawi. What is the upthrust on it?',
    choices: [
      { id: 'a', text: '3 N' },
      {
        id: 'b',
        text: '9 N',
        misconception: 'That is the reading in water. The upthrust is how much the reading has dropped.',
      },
      {
        id: 'c',
        text: '12 N',
        misconception: 'That is the weight in air. With that upthrust it would seem to weigh nothing.',
      },
      { id: 'd', text: '21 N', misconception: 'You added the readings. The upthrust is the difference between them.' },
    ],
    correct: ['a'],
    difficulty: 'easy',
    tags: ['physics', 'upthrust'],
    hint: 'Why does the spring balance read less in water?',
    solution: {
      explanation: 'The upthrust equals the apparent loss of weight.',
      steps: ['Upthrust = weight in air − weight in water', '12 N − 9 N = 3 N'],
    },
  },
  {
    slug: 'physics-distance-from-rest',
    type: 'choice',
    prompt:
      'A minibus in Limbe starts from rest and accelerates steadily at 2 m/s² for 6 s. How far does it travel in this time?',
    choices: [
      { id: 'a', text: '6 m', misconception: 'You did not square the time: it is ½at², not ½at.' },
      { id: 'b', text: '12 m', misconception: 'You worked out at, which is the final speed in m/s, not the distance.' },
      { id: 'c', text: '36 m' },
      { id: 'd', text: '72 m', misconception: 'You used at² and left out the half.' },
    ],
    correct: ['c'],
    difficulty: 'medium',
    tags: ['physics', 'motion'],
    hint: 'Use the equation that links s, u, a and t.',
    solution: {
      explanation: 'Starting from rest, u = 0, so the distance is ½at².',
      steps: [String.raw`$s = ut + \frac{1}{2}at^2$`, String.raw`$s = 0 + \frac{1}{2} \times 2 \times 6^2 = 36$ m`],
    },
  },
  {
    slug: 'physics-cooker-cost',
    type: 'choice',
    prompt:
      'A 1.5 kW cooker is used for 2 hours a day for 30 days. Suppose electricity costs K200 per kWh. What is the total cost?',
    choices: [
      { id: 'a', text: 'K600', misconception: 'That is the cost of one day. The cooker is used for 30 days.' },
      { id: 'b', text: 'K9 000', misconception: 'You left out the 2 hours of use each day.' },
      {
        id: 'c',
        text: 'K12 000',
        misconception: 'You counted only the hours. Multiply them by the power, 1.5 kW, too.',
      },
      { id: 'd', text: 'K18 000' },
    ],
    correct: ['d'],
    difficulty: 'medium',
    tags: ['physics', 'electrical-energy'],
    hint: 'First find the energy used, in kWh.',
    solution: {
      explanation:
        'Energy in kWh is power in kW times time in hours. The cost is that energy times the price of one kWh.',
      steps: ['Time = 2 × 30 = 60 hours', 'Energy = 1.5 × 60 = 90 kWh', 'Cost = 90 × K200 = K18 000'],
    },
  },
  {
    slug: 'physics-gas-pressure-heated',
    type: 'choice',
    prompt: 'Air is heated in a sealed, rigid tin. Why does its pressure rise?',
    choices: [
      {
        id: 'a',
        text: 'Its particles become larger',
        misconception: 'Heating makes particles move faster. The particles keep their size.',
      },
      { id: 'b', text: 'Its particles hit the walls harder and more often' },
      {
        id: 'c',
        text: 'New air particles form',
        misconception: 'The tin is sealed, so the number of particles stays the same.',
      },
      {
        id: 'd',
        text: 'Its particles move closer together',
        misconception: 'The volume is fixed, so the average distance between particles does not change.',
      },
    ],
    correct: ['b'],
    difficulty: 'easy',
    tags: ['physics', 'kinetic-theory'],
    hint: 'What does a higher temperature do to the speed of the particles?',
    solution: {
      explanation:
        'Hotter particles move faster, so they strike the walls harder and more often. That is a larger force on the same area.',
    },
  },
  {
    slug: 'physics-refraction-unchanged',
    type: 'choice',
    prompt: 'A ray of light passes from air into water at an angle to the normal. Which of these stays the same?',
    choices: [
      { id: 'a', text: 'Speed', misconception: 'Light travels more slowly in water than in air.' },
      {
        id: 'b',
        text: 'Wavelength',
        misconception: 'The waves slow down and bunch up, so the wavelength gets shorter.',
      },
      { id: 'c', text: 'Direction', misconception: 'A ray that enters at an angle bends towards the normal in water.' },
      { id: 'd', text: 'Frequency' },
    ],
    correct: ['d'],
    difficulty: 'medium',
    tags: ['physics', 'refraction'],
    hint: 'Which quantity is fixed by the source of the wave?',
    solution: {
      explanation:
        'The source sets the frequency, so it does not change. The speed and the wavelength fall, and the ray bends.',
    },
  },
  {
    slug: 'physics-parallel-resistors',
    type: 'choice',
    prompt: 'A 3 ohm and a 6 ohm resistor are joined in parallel. What is their total resistance?',
    choices: [
      { id: 'a', text: '9 ohm', misconception: 'You added them. That is the rule for resistors in series.' },
      { id: 'b', text: '2 ohm' },
      {
        id: 'c',
        text: '4.5 ohm',
        misconception: 'You took the average. In parallel, the total is less than the smallest resistor.',
      },
      { id: 'd', text: '0.5 ohm', misconception: 'You found 1/R. Turn it upside down to get R.' },
    ],
    correct: ['b'],
    difficulty: 'medium',
    tags: ['physics', 'circuits'],
    hint: 'In parallel, add the reciprocals 1/R.',
    solution: {
      explanation: 'In parallel, the reciprocal of the total is the sum of the reciprocals.',
      steps: [String.raw`$\frac{1}{R} = \frac{1}{3} + \frac{1}{6} = \frac{1}{2}$`, 'R = 2 ohm'],
    },
  },
  {
    slug: 'physics-transformer-output',
    type: 'choice',
    prompt:
      'An ideal transformer has 2000 primary turns and 100 secondary turns. The primary is on the 230 V mains. What is the output voltage?',
    choices: [
      {
        id: 'a',
        text: '4600 V',
        misconception: 'You turned the ratio round. Fewer secondary turns give a lower voltage.',
      },
      { id: 'b', text: '20 V', misconception: 'That is the turns ratio 2000 ÷ 100. Use it to find the voltage.' },
      { id: 'c', text: '11.5 V' },
      { id: 'd', text: '230 V', misconception: 'The voltage stays the same only when both coils have equal turns.' },
    ],
    correct: ['c'],
    difficulty: 'medium',
    tags: ['physics', 'transformers'],
    hint: 'Is this a step-up or a step-down transformer?',
    solution: {
      explanation: 'In an ideal transformer, voltages are in the same ratio as turns.',
      steps: [String.raw`$\frac{V_s}{230} = \frac{100}{2000}$`, String.raw`$V_s = 230 \div 20 = 11.5$ V`],
    },
  },
  {
    slug: 'physics-half-life-fraction',
    type: 'choice',
    prompt:
      'A radioactive source has a half-life of 8 days. What fraction of its original nuclei has not yet decayed after 24 days?',
    choices: [
      { id: 'a', text: '1/3', misconception: 'You divided 8 by 24. Count the half-lives, then halve once for each.' },
      { id: 'b', text: '1/8' },
      { id: 'c', text: '1/6', misconception: 'You multiplied 2 by 3. Three halvings give ½ × ½ × ½.' },
      {
        id: 'd',
        text: '7/8',
        misconception: 'That is the fraction that has decayed. The question asks for what is left.',
      },
    ],
    correct: ['b'],
    difficulty: 'hard',
    tags: ['physics', 'radioactivity'],
    hint: 'How many half-lives are there in 24 days?',
    solution: {
      explanation: 'The number of undecayed nuclei halves in every half-life.',
      steps: ['24 ÷ 8 = 3 half-lives', '½ × ½ × ½ = 1/8'],
    },
  },
  {
    slug: 'physics-alpha-then-beta',
    type: 'choice',
    prompt:
      'A uranium nucleus has 92 protons. It emits an alpha particle, then a beta particle (an electron). How many protons are left in it?',
    choices: [
      { id: 'a', text: '91' },
      {
        id: 'b',
        text: '90',
        misconception: 'You stopped after the alpha particle. Beta decay changes the number too.',
      },
      { id: 'c', text: '89', misconception: 'You took one away for beta. In beta decay a neutron becomes a proton.' },
      {
        id: 'd',
        text: '93',
        misconception: 'You counted only the beta decay. An alpha particle carries protons away.',
      },
    ],
    correct: ['a'],
    difficulty: 'hard',
    tags: ['physics', 'radioactivity'],
    hint: 'An alpha particle is a helium nucleus. What happens to a neutron in beta decay?',
    solution: {
      explanation: 'Alpha decay removes 2 protons. Beta decay turns a neutron into a proton, so it adds 1.',
      steps: ['After alpha: 92 − 2 = 90', 'After beta: 90 + 1 = 91'],
    },
  },
  {
    slug: 'physics-gate-both-inputs',
    type: 'choice',
    prompt: 'Which two-input logic gate gives an output of 1 only when both inputs are 1?',
    choices: [
      { id: 'a', text: 'OR', misconception: 'An OR gate also gives 1 when just one input is 1.' },
      {
        id: 'b',
        text: 'NAND',
        misconception: 'A NAND gate gives 0 when both inputs are 1. It is the reverse of what is asked.',
      },
      { id: 'c', text: 'NOR', misconception: 'A NOR gate gives 1 only when both inputs are 0.' },
      { id: 'd', text: 'AND' },
    ],
    correct: ['d'],
    difficulty: 'easy',
    tags: ['physics', 'logic-gates'],
    hint: 'Say the rule aloud: the output is 1 if this input … that input is 1.',
    solution: { explanation: 'An AND gate gives 1 only if one input and the other are both 1.' },
  },
  {
    slug: 'physics-sound-waves-true',
    type: 'choice',
    prompt: 'Which statements about sound waves are true? Choose two.',
    choices: [
      {
        id: 'a',
        text: 'They can travel through a vacuum',
        misconception: 'Sound needs particles to carry it. Light is what can cross a vacuum.',
      },
      { id: 'b', text: 'They are longitudinal in air' },
      {
        id: 'c',
        text: 'They travel faster in air than in steel',
        misconception: 'It is the other way round: sound travels much faster in steel.',
      },
      { id: 'd', text: 'They can be reflected' },
    ],
    correct: ['b', 'd'],
    scoring: 'right_minus_wrong',
    difficulty: 'medium',
    tags: ['physics', 'sound'],
    maxScore: 2,
    hint: 'Think of an echo, and of how air particles move as sound passes.',
    solution: {
      explanation:
        'Air particles move to and fro along the direction of travel, so sound is longitudinal. An echo is reflected sound.',
    },
  },
  {
    slug: 'physics-lamp-resistance',
    type: 'numeric',
    prompt:
      'A 12 V battery drives a current of 1.5 A through a lamp. Find the resistance of the lamp. Give the unit, typed as ohm.',
    answer: 8,
    unit: 'ohm',
    formula: () => 12 / 1.5,
    difficulty: 'easy',
    tags: ['physics', 'circuits'],
    hint: "Use Ohm's law.",
    solution: { explanation: 'Resistance is voltage divided by current.', steps: ['R = V ÷ I', '12 ÷ 1.5 = 8 ohm'] },
  },
  {
    slug: 'physics-maize-bag-work',
    type: 'numeric',
    prompt:
      'A 50 kg bag of maize is lifted 1.2 m onto a lorry. Take g = 10 N/kg. Find the work done against gravity, in J. Give the unit.',
    answer: 600,
    tolerance: { kind: 'relative', value: 0.01 },
    unit: 'J',
    formula: () => 50 * 10 * 1.2,
    difficulty: 'easy',
    tags: ['physics', 'work-and-energy'],
    hint: 'Find the weight of the bag first.',
    solution: {
      explanation: 'The lifting force equals the weight, and work is force times distance.',
      steps: ['Weight = 50 × 10 = 500 N', 'Work = 500 × 1.2 = 600 J'],
    },
  },
  {
    slug: 'physics-stone-density',
    type: 'numeric',
    prompt:
      'A stone has a mass of 87.0 g and a volume of 32.0 cm³. Find its density in g/cm³, to 3 significant figures. Type the number only.',
    answer: 2.72,
    significantFigures: 3,
    formula: () => 87 / 32,
    difficulty: 'easy',
    tags: ['physics', 'density'],
    hint: 'Density is the mass of each cm³.',
    solution: {
      explanation: 'Density is mass divided by volume. The fourth figure is 8, so round up.',
      steps: ['87.0 ÷ 32.0 = 2.71875', '2.72 g/cm³ to 3 significant figures'],
    },
  },
  {
    slug: 'physics-wifi-frequency',
    type: 'numeric',
    prompt:
      String.raw`A Wi-Fi wave has wavelength 0.125 m and speed $3.0 \times 10^8$ m/s. ` +
      String.raw`Find its frequency in Hz (type $5.6 \times 10^4$ as 5.6e4).`,
    answer: 2.4e9,
    tolerance: { kind: 'geometric', value: 0.02 },
    formula: () => 3e8 / 0.125,
    difficulty: 'medium',
    tags: ['physics', 'waves'],
    hint: 'Start from speed = frequency × wavelength.',
    solution: {
      explanation: 'Frequency is speed divided by wavelength.',
      steps: [String.raw`$f = \frac{3.0 \times 10^8}{0.125}$`, String.raw`$f = 2.4 \times 10^9$ Hz`],
    },
  },
  {
    slug: 'physics-refractive-index',
    type: 'numeric',
    prompt:
      'Light passes from air into glass. Angle of incidence 45°, angle of refraction 28°. Find the refractive index to 2 decimal places.',
    answer: 1.51,
    tolerance: { kind: 'absolute', value: 0.01 },
    formula: () => Math.sin((45 * Math.PI) / 180) / Math.sin((28 * Math.PI) / 180),
    difficulty: 'hard',
    tags: ['physics', 'refraction'],
    maxScore: 2,
    hint: 'Use the sines of the angles, not the angles. Is your calculator in degrees?',
    solution: {
      explanation: "Snell's law: the index is sin i divided by sin r.",
      steps: [String.raw`$n = \frac{\sin 45^\circ}{\sin 28^\circ}$`, '0.7071 ÷ 0.4695 = 1.51'],
    },
  },
  {
    slug: 'physics-trolleys-stick',
    type: 'numeric',
    prompt:
      'A 2 kg trolley moving at 6 m/s hits a 1 kg trolley at rest. They stick together. Find their speed just after, with its unit (m/s).',
    answer: 4,
    unit: 'm/s',
    formula: () => (2 * 6) / (2 + 1),
    difficulty: 'hard',
    tags: ['physics', 'momentum'],
    maxScore: 2,
    hint: 'Momentum is conserved. What mass is moving after the hit?',
    solution: {
      explanation: 'The total momentum is the same before and after, but it is now shared by 3 kg.',
      steps: ['Before: 2 × 6 = 12 kg m/s', 'After: 3 × v = 12', 'v = 4 m/s'],
    },
  },
  {
    slug: 'physics-unit-of-power',
    type: 'text_entry',
    prompt: 'The SI unit of power is the {{b1}}.',
    blanks: [
      { id: 'b1', accepted: ['watt', 'watts', 'W', 'watt (W)', 'joule per second', 'joules per second', 'J/s'] },
    ],
    difficulty: 'easy',
    tags: ['physics', 'work-and-energy'],
    hint: 'You see it printed on light bulbs.',
    solution: { explanation: 'Power is measured in watts. One watt is one joule of energy transferred each second.' },
  },
  {
    slug: 'physics-heat-transfer-names',
    type: 'text_entry',
    prompt:
      'Heat passes along a metal spoon in hot nsima by {{b1}}. Heat from the Sun reaches the Earth through empty space by {{b2}}.',
    blanks: [
      { id: 'b1', accepted: ['conduction', 'thermal conduction', 'heat conduction'] },
      {
        id: 'b2',
        accepted: [
          'radiation',
          'thermal radiation',
          'heat radiation',
          'infrared radiation',
          'infra-red radiation',
          'electromagnetic radiation',
          'solar radiation',
        ],
      },
    ],
    difficulty: 'easy',
    tags: ['physics', 'heat-transfer'],
    maxScore: 2,
    hint: 'One needs touching particles; the other needs no particles at all.',
    solution: {
      explanation:
        'In a solid, heat passes from particle to particle: conduction. Space has no particles, so the heat comes as radiation.',
    },
  },
  // Chemistry
  {
    slug: 'chemistry-magnesium-ion-electrons',
    type: 'choice',
    prompt: String.raw`Magnesium has proton number 12 and mass number 24. How many electrons are in one $\text{Mg}^{2+}$ ion?`,
    choices: [
      { id: 'a', text: '12', misconception: 'That is the neutral atom. A 2+ charge means some electrons have gone.' },
      { id: 'b', text: '10' },
      { id: 'c', text: '14', misconception: 'You added two electrons. Gaining electrons would make the charge 2−.' },
      { id: 'd', text: '24', misconception: 'That is the mass number: protons and neutrons together.' },
    ],
    correct: ['b'],
    difficulty: 'easy',
    tags: ['chemistry', 'atomic-structure'],
    hint: 'Does a positive ion have more or fewer electrons than its atom?',
    solution: {
      explanation: 'The atom has 12 electrons, equal to its protons. A charge of 2+ means it has lost two of them.',
      steps: ['12 − 2 = 10'],
    },
  },
  {
    slug: 'chemistry-conducts-when-molten',
    type: 'choice',
    prompt: 'Which substance conducts electricity when molten but not when solid?',
    choices: [
      { id: 'a', text: 'Copper', misconception: 'Copper has free electrons, so it also conducts as a solid.' },
      { id: 'b', text: 'Sugar', misconception: 'Sugar is made of neutral molecules. Melting it sets no ions free.' },
      { id: 'c', text: 'Sodium chloride' },
      {
        id: 'd',
        text: 'Sulphur',
        misconception: 'Sulphur is made of neutral molecules, so it does not conduct even when molten.',
      },
    ],
    correct: ['c'],
    difficulty: 'medium',
    tags: ['chemistry', 'bonding'],
    hint: 'Look for particles that are charged but fixed in place in the solid.',
    solution: {
      explanation:
        'Sodium chloride is ionic. Its ions are fixed in the solid but free to move and carry charge when it melts.',
    },
  },
  {
    slug: 'chemistry-pentane-isomers',
    type: 'choice',
    prompt: String.raw`How many structural isomers have the formula $\text{C}_5\text{H}_{12}$?`,
    choices: [
      { id: 'a', text: '3' },
      { id: 'b', text: '2', misconception: 'Try again with a shorter main chain: one carbon can carry two branches.' },
      {
        id: 'c',
        text: '4',
        misconception: 'You may have counted "3-methylbutane". It is 2-methylbutane turned round.',
      },
      { id: 'd', text: '5', misconception: 'Bending a chain makes no new isomer. Only a new order of joining does.' },
    ],
    correct: ['a'],
    difficulty: 'hard',
    tags: ['chemistry', 'alkanes'],
    hint: 'Draw the straight chain first, then make the main chain shorter by one carbon at a time.',
    solution: { explanation: 'There are three: pentane, 2-methylbutane and 2,2-dimethylpropane.' },
  },
  {
    slug: 'chemistry-ethene-test',
    type: 'choice',
    prompt: 'One jar holds ethane and another holds ethene. Which test tells the two gases apart?',
    choices: [
      {
        id: 'a',
        text: 'Limewater',
        misconception: 'Limewater is the test for carbon dioxide. Neither gas changes it.',
      },
      {
        id: 'b',
        text: 'Damp red litmus paper',
        misconception: 'This shows alkaline gases such as ammonia. Neither gas is alkaline.',
      },
      {
        id: 'c',
        text: 'A glowing splint',
        misconception: 'This is the test for oxygen. Neither gas relights the splint.',
      },
      { id: 'd', text: 'Bromine water' },
    ],
    correct: ['d'],
    difficulty: 'easy',
    tags: ['chemistry', 'alkenes'],
    hint: 'Ethene has a double bond. What adds across it?',
    solution: {
      explanation:
        'Ethene adds bromine across its double bond, so the orange-brown colour goes. Ethane does not react in this way.',
    },
  },
  {
    slug: 'chemistry-butane-boiling-point',
    type: 'choice',
    prompt: 'Why does butane boil at a higher temperature than methane?',
    choices: [
      { id: 'a', text: 'The forces between its molecules are stronger' },
      {
        id: 'b',
        text: 'Its covalent bonds are stronger',
        misconception: 'Boiling does not break covalent bonds. It only separates molecules.',
      },
      { id: 'c', text: 'It has double bonds', misconception: 'Butane is an alkane, so it has only single bonds.' },
      {
        id: 'd',
        text: 'It forms hydrogen bonds',
        misconception: 'These need H joined to N, O or F. Alkanes have only C and H.',
      },
    ],
    correct: ['a'],
    difficulty: 'medium',
    tags: ['chemistry', 'intermolecular-forces'],
    hint: 'What is pulled apart when a liquid boils?',
    solution: {
      explanation:
        'Boiling separates molecules. Larger molecules attract each other more strongly, so more energy is needed to separate them.',
    },
  },
  {
    slug: 'chemistry-faster-marble-reaction',
    type: 'choice',
    prompt: 'Marble chips react with dilute hydrochloric acid. Which changes make the reaction faster? Choose two.',
    choices: [
      {
        id: 'a',
        text: 'Add water to the acid',
        misconception: 'This dilutes the acid, so its particles hit the marble less often.',
      },
      { id: 'b', text: 'Warm the acid' },
      { id: 'c', text: 'Crush the marble chips' },
      {
        id: 'd',
        text: 'Use one big lump of equal mass',
        misconception: 'One big lump has less surface than small chips of the same mass.',
      },
    ],
    correct: ['b', 'c'],
    difficulty: 'easy',
    tags: ['chemistry', 'rates-of-reaction'],
    maxScore: 2,
    hint: 'Which changes give more collisions each second?',
    solution: {
      explanation:
        'Warm particles collide more often and with more energy. Crushed marble has a larger surface for the acid to hit.',
    },
  },
  {
    slug: 'chemistry-ammonia-equilibrium',
    type: 'choice',
    prompt:
      String.raw`$\text{N}_2 + 3\text{H}_2 \rightleftharpoons 2\text{NH}_3$ ` +
      '(all gases; forward reaction exothermic). Which change moves the equilibrium to the right?',
    choices: [
      {
        id: 'a',
        text: 'Raise the temperature',
        misconception: 'Heating favours the endothermic direction, which here is to the left.',
      },
      {
        id: 'b',
        text: 'Add a catalyst',
        misconception: 'A catalyst speeds up both directions equally. It does not move the equilibrium.',
      },
      { id: 'c', text: 'Squeeze the gases into a smaller volume' },
      { id: 'd', text: 'Add more ammonia', misconception: 'Adding a product pushes the equilibrium back to the left.' },
    ],
    correct: ['c'],
    difficulty: 'hard',
    tags: ['chemistry', 'equilibrium'],
    hint: 'Count the gas molecules on each side of the equation.',
    solution: {
      explanation:
        'A smaller volume raises the pressure. That favours the side with fewer gas molecules: 2 on the right, 4 on the left.',
    },
  },
  {
    slug: 'chemistry-zinc-oxidised',
    type: 'choice',
    prompt: String.raw`$\text{Zn} + \text{CuSO}_4 \rightarrow \text{ZnSO}_4 + \text{Cu}$. What is oxidised in this reaction?`,
    choices: [
      { id: 'a', text: 'Zinc metal' },
      {
        id: 'b',
        text: 'Copper(II) ions',
        misconception: 'These gain electrons and become copper, so they are reduced.',
      },
      {
        id: 'c',
        text: 'Sulphate ions',
        misconception: 'Sulphate ions are spectators: they are the same before and after.',
      },
      {
        id: 'd',
        text: 'Copper metal',
        misconception: 'Copper metal is a product here. Look for what loses electrons.',
      },
    ],
    correct: ['a'],
    difficulty: 'medium',
    tags: ['chemistry', 'redox'],
    hint: 'Oxidation is loss of electrons.',
    solution: {
      explanation: 'Each zinc atom loses two electrons to copper(II) ions. Loss of electrons is oxidation.',
      steps: [String.raw`$\text{Zn} \rightarrow \text{Zn}^{2+} + 2e^-$`],
    },
  },
  {
    slug: 'chemistry-silver-plating-cathode',
    type: 'choice',
    prompt: 'A steel spoon is to be electroplated with silver. What should be the cathode?',
    choices: [
      {
        id: 'a',
        text: 'A silver rod',
        misconception: 'Silver is the anode: it dissolves and replaces the ions used up.',
      },
      {
        id: 'b',
        text: 'A carbon rod',
        misconception: 'Then the rod would be plated. Metal is deposited on the cathode.',
      },
      { id: 'c', text: 'The steel spoon' },
      {
        id: 'd',
        text: 'The silver salt solution',
        misconception: 'The solution is the electrolyte, not an electrode.',
      },
    ],
    correct: ['c'],
    difficulty: 'medium',
    tags: ['chemistry', 'electrolysis'],
    hint: 'Silver ions are positive. Which electrode do they move to?',
    solution: {
      explanation:
        'Positive silver ions move to the negative cathode and gain electrons there, so the object to be coated is the cathode.',
    },
  },
  {
    slug: 'chemistry-silver-nitrate-test',
    type: 'choice',
    prompt:
      'Dilute nitric acid, then silver nitrate solution, is added to a dilute salt solution. A white precipitate forms. Which ion does this show?',
    choices: [
      {
        id: 'a',
        text: 'Sulphate',
        misconception: 'Sulphate is tested with barium chloride or barium nitrate solution.',
      },
      {
        id: 'b',
        text: 'Carbonate',
        misconception: 'The nitric acid removes carbonate first, as bubbles of carbon dioxide.',
      },
      { id: 'c', text: 'Iodide', misconception: 'Silver iodide is yellow, not white.' },
      { id: 'd', text: 'Chloride' },
    ],
    correct: ['d'],
    difficulty: 'medium',
    tags: ['chemistry', 'qualitative-analysis'],
    hint: 'Silver nitrate tests for halide ions. Think of the colours.',
    solution: {
      explanation:
        'Silver ions and chloride ions form silver chloride, a white solid that does not dissolve in dilute nitric acid.',
    },
  },
  {
    slug: 'chemistry-acid-soil-lime',
    type: 'choice',
    prompt: 'The soil in a Thyolo garden has pH 4.5, too acidic for maize. What should the farmer add to raise the pH?',
    choices: [
      { id: 'a', text: 'Sulphur', misconception: 'Soil bacteria turn sulphur into sulphuric acid, so the pH falls.' },
      { id: 'b', text: 'Agricultural lime' },
      { id: 'c', text: 'Ammonium sulphate', misconception: 'This fertiliser makes the soil more acidic.' },
      {
        id: 'd',
        text: 'Table salt',
        misconception: 'Table salt is neutral, so it does not remove acid, and it harms crops.',
      },
    ],
    correct: ['b'],
    difficulty: 'easy',
    tags: ['chemistry', 'soil-chemistry'],
    hint: 'An acid is neutralised by a base or a carbonate.',
    solution: {
      explanation: 'Agricultural lime contains carbonates, which neutralise the acid in the soil, so the pH rises.',
    },
  },
  {
    slug: 'chemistry-hcl-bond-energies',
    type: 'choice',
    prompt:
      'Bond energies in kJ/mol: H–H 436, Cl–Cl 242, H–Cl 431. What is the enthalpy change for ' +
      String.raw`$\text{H}_2 + \text{Cl}_2 \rightarrow 2\text{HCl}$ (all gases)?`,
    choices: [
      { id: 'a', text: '+184 kJ', misconception: 'You took bonds broken from bonds made. It is broken minus made.' },
      { id: 'b', text: '+247 kJ', misconception: 'You counted one H–Cl bond. The equation makes two.' },
      {
        id: 'c',
        text: '+1540 kJ',
        misconception: 'You added everything. Making bonds gives energy out, so subtract it.',
      },
      { id: 'd', text: '−184 kJ' },
    ],
    correct: ['d'],
    difficulty: 'hard',
    tags: ['chemistry', 'thermochemistry'],
    hint: 'Energy is taken in to break bonds and given out when bonds form.',
    solution: {
      explanation:
        'The enthalpy change is energy to break bonds minus energy given out by making bonds. Negative means exothermic.',
      steps: ['Broken: 436 + 242 = 678 kJ', 'Made: 2 × 431 = 862 kJ', '678 − 862 = −184 kJ'],
    },
  },
  {
    slug: 'chemistry-sodium-hydroxide-mass',
    type: 'numeric',
    prompt:
      'Find the mass of 0.25 mol of sodium hydroxide, NaOH, in g. (Relative atomic masses: Na 23, O 16, H 1.) Give the unit.',
    answer: 10,
    tolerance: { kind: 'absolute', value: 0.1 },
    unit: 'g',
    formula: () => 0.25 * (23 + 16 + 1),
    difficulty: 'easy',
    tags: ['chemistry', 'mole'],
    hint: 'First find the mass of 1 mol.',
    solution: {
      explanation: 'Mass is number of moles times molar mass.',
      steps: ['Molar mass = 23 + 16 + 1 = 40 g/mol', '0.25 × 40 = 10 g'],
    },
  },
  {
    slug: 'chemistry-moles-in-solution',
    type: 'numeric',
    prompt:
      'How much salt, in mol, is dissolved in 250 cm³ of a 0.40 mol/dm³ salt solution? (1 dm³ = 1000 cm³.) Give the unit.',
    answer: 0.1,
    tolerance: { kind: 'absolute', value: 0.001 },
    unit: 'mol',
    formula: () => (0.4 * 250) / 1000,
    difficulty: 'easy',
    tags: ['chemistry', 'solutions'],
    hint: 'Change the volume to dm³ first.',
    solution: {
      explanation: 'Moles are concentration times volume in dm³.',
      steps: ['250 cm³ = 0.25 dm³', '0.40 × 0.25 = 0.10 mol'],
    },
  },
  {
    slug: 'chemistry-dilution-volume',
    type: 'numeric',
    prompt:
      'What volume of 2.0 mol/dm³ acid is needed to make 500 cm³ of 0.10 mol/dm³ acid by adding water? Give the unit, typed as cm3.',
    answer: 25,
    tolerance: { kind: 'relative', value: 0.01 },
    unit: 'cm3',
    formula: () => (0.1 * 500) / 2,
    difficulty: 'medium',
    tags: ['chemistry', 'solutions'],
    hint: 'Adding water does not change the number of moles of acid.',
    solution: {
      explanation: 'The moles of acid stay the same, so concentration × volume is the same before and after.',
      steps: ['2.0 × V = 0.10 × 500', 'V = 50 ÷ 2.0 = 25 cm³'],
    },
  },
  {
    slug: 'chemistry-carbon-atom-mass',
    type: 'numeric',
    prompt:
      String.raw`12 g of carbon holds $6.0 \times 10^{23}$ atoms. ` +
      String.raw`Find the mass of one atom in g (type $7.5 \times 10^{-4}$ as 7.5e-4).`,
    answer: 2e-23,
    tolerance: { kind: 'relative', value: 0.01 },
    formula: () => 12 / 6e23,
    difficulty: 'medium',
    tags: ['chemistry', 'mole'],
    hint: 'Share the 12 g equally among all the atoms.',
    solution: {
      explanation: 'The mass of one atom is the total mass divided by the number of atoms.',
      steps: [String.raw`$\frac{12}{6.0 \times 10^{23}} = 2.0 \times 10^{-23}$ g`],
    },
  },
  {
    slug: 'chemistry-chromatography-rf',
    type: 'numeric',
    prompt:
      'In chromatography a dye moves 4.5 cm while the solvent moves 6.2 cm. Find the $R_f$ value of the dye to 2 significant figures.',
    answer: 0.73,
    significantFigures: 2,
    formula: () => 4.5 / 6.2,
    difficulty: 'medium',
    tags: ['chemistry', 'chromatography'],
    hint: 'The value can never be more than 1.',
    solution: {
      explanation: 'The value is the distance moved by the dye divided by the distance moved by the solvent.',
      steps: ['4.5 ÷ 6.2 = 0.7258', '0.73 to 2 significant figures'],
    },
  },
  {
    slug: 'chemistry-titration-concentration',
    type: 'numeric',
    prompt:
      '25.0 cm³ of NaOH fully neutralises 20.0 cm³ of 0.100 mol/dm³ sulphuric acid. Find the NaOH concentration in mol/dm³.',
    answer: 0.16,
    tolerance: { kind: 'absolute', value: 0.001 },
    formula: () => (2 * 0.1 * 20) / 25,
    difficulty: 'hard',
    tags: ['chemistry', 'titration'],
    maxScore: 3,
    hint: 'Balance the equation. How many moles of NaOH react with one mole of acid?',
    solution: {
      explanation: 'One mole of sulphuric acid reacts with two moles of NaOH.',
      steps: [
        'Acid: 0.100 × 20.0 ÷ 1000 = 0.00200 mol',
        'NaOH: 2 × 0.00200 = 0.00400 mol',
        '0.00400 ÷ 0.0250 = 0.160 mol/dm³',
      ],
    },
  },
  {
    slug: 'chemistry-polymerisation',
    type: 'text_entry',
    prompt:
      'Plastic bags are made when thousands of ethene molecules join into long chains. This kind of addition reaction is called {{b1}}.',
    blanks: [
      {
        id: 'b1',
        accepted: [
          'polymerisation',
          'polymerization',
          'addition polymerisation',
          'addition polymerization',
          'polymerisation reaction',
          'polymerization reaction',
        ],
      },
    ],
    difficulty: 'easy',
    tags: ['chemistry', 'polymers'],
    hint: 'The name of the product begins with "poly".',
    solution: {
      explanation:
        'Many small molecules (monomers) join into one long molecule (a polymer), so the reaction is polymerisation.',
    },
  },
  {
    slug: 'chemistry-ester-name',
    type: 'text_entry',
    prompt:
      'Ethanol and ethanoic acid, warmed with concentrated sulphuric acid, form water and an ester. The ester is called {{b1}}.',
    blanks: [
      { id: 'b1', accepted: ['ethyl ethanoate', 'ethylethanoate', 'ethyl-ethanoate', 'ethyl acetate', 'ethylacetate'] },
    ],
    difficulty: 'medium',
    tags: ['chemistry', 'esters'],
    hint: 'The first word comes from the alcohol and the second from the acid.',
    solution: {
      explanation:
        'The alcohol ethanol gives "ethyl" and ethanoic acid gives "ethanoate", so the ester is ethyl ethanoate.',
    },
  },
];
