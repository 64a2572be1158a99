// The outline of the demo course JCE Biology: topic names as far as the Malawian Form 1 and 2 syllabus is known.
import type { DemoOutline } from './demo-item.ts';

export const biologyOutline: DemoOutline = {
  courseKey: 'course-v1:VE+JCE-BIOLOGY+2026',
  title: 'JCE Biology',
  examinationLevel: 'JCE',
  academicClass: 'Form 2',
  topics: [
    {
      title: 'Biological skills and investigation',
      subtopics: [
        {
          title: 'Laboratory work',
          objectives: [
            { slug: 'bio-apparatus', title: 'Choose the right laboratory apparatus for a task' },
            { slug: 'bio-lab-safety', title: 'Work safely in the laboratory' },
          ],
        },
        {
          title: 'Carrying out an investigation',
          objectives: [
            { slug: 'bio-fair-test', title: 'Tell which factor changes and which stay the same in a fair test' },
            { slug: 'bio-sampling', title: 'Estimate the size of a population from samples' },
          ],
        },
      ],
    },
    {
      title: 'The microscope and cells',
      subtopics: [
        {
          title: 'The microscope',
          objectives: [
            { slug: 'bio-microscope-parts', title: 'Name the parts of a light microscope and their uses' },
            { slug: 'bio-magnification', title: 'Work out magnification and real size' },
          ],
        },
        {
          title: 'Cells',
          objectives: [
            { slug: 'bio-cell-parts', title: 'State the functions of the parts of a cell' },
            { slug: 'bio-plant-animal-cells', title: 'Compare plant cells with animal cells' },
          ],
        },
      ],
    },
    {
      title: 'Classification of living things',
      subtopics: [
        {
          title: 'Grouping living things',
          objectives: [
            { slug: 'bio-life-processes', title: 'State the characteristics of living things' },
            { slug: 'bio-classification-order', title: 'Put the groups of classification in order' },
          ],
        },
        {
          title: 'Diversity of animals',
          objectives: [
            { slug: 'bio-vertebrates', title: 'Tell the classes of vertebrates apart' },
            { slug: 'bio-arthropods', title: 'Tell the groups of arthropods apart' },
          ],
        },
      ],
    },
    {
      title: 'Plant structure and functions',
      subtopics: [
        {
          title: 'Roots and stems',
          objectives: [
            { slug: 'bio-root-functions', title: 'State the functions of roots and root hairs' },
            { slug: 'bio-plant-transport', title: 'Describe what xylem and phloem carry' },
          ],
        },
        {
          title: 'Leaves',
          objectives: [{ slug: 'bio-photosynthesis', title: 'Show what a leaf needs for photosynthesis' }],
        },
        {
          title: 'Flowers and seeds',
          objectives: [
            { slug: 'bio-flower-parts', title: 'State the functions of the parts of a flower' },
            { slug: 'bio-germination', title: 'Investigate the conditions for germination' },
          ],
        },
      ],
    },
    {
      title: 'Human nutrition',
      subtopics: [
        {
          title: 'Nutrients',
          objectives: [
            { slug: 'bio-nutrient-functions', title: 'State the sources and functions of nutrients' },
            { slug: 'bio-food-tests', title: 'Test foods for starch, sugar, protein and fat' },
          ],
        },
        {
          title: 'Deficiency diseases',
          objectives: [{ slug: 'bio-deficiency', title: 'Link deficiency diseases to missing nutrients' }],
        },
      ],
    },
    {
      title: 'Digestion in mammals',
      subtopics: [
        {
          title: 'The alimentary canal',
          objectives: [
            { slug: 'bio-teeth', title: 'Describe the types of teeth and their functions' },
            { slug: 'bio-digestion', title: 'Describe digestion in each part of the alimentary canal' },
          ],
        },
        {
          title: 'Absorption',
          objectives: [{ slug: 'bio-absorption', title: 'Explain how the small intestine absorbs food' }],
        },
      ],
    },
    {
      title: 'Circulatory system',
      subtopics: [
        {
          title: 'The heart and blood vessels',
          objectives: [
            { slug: 'bio-heart', title: 'Describe the structure of the heart' },
            { slug: 'bio-blood-vessels', title: 'Describe the main blood vessels and what they carry' },
            { slug: 'bio-pulse', title: 'Measure the pulse rate' },
          ],
        },
        {
          title: 'Blood',
          objectives: [{ slug: 'bio-blood-parts', title: 'State the functions of the parts of blood' }],
        },
        {
          title: 'Blood donation',
          objectives: [
            { slug: 'bio-blood-groups', title: 'Match blood groups of donor and patient' },
            { slug: 'bio-blood-safety', title: 'Explain why donated blood is tested' },
          ],
        },
      ],
    },
    {
      title: 'Respiratory system',
      subtopics: [
        { title: 'Breathing', objectives: [{ slug: 'bio-breathing', title: 'Explain how we breathe in and out' }] },
        {
          title: 'Gas exchange',
          objectives: [
            { slug: 'bio-gas-exchange', title: 'Explain how the lungs are suited to gas exchange' },
            { slug: 'bio-air-composition', title: 'Compare inhaled air with exhaled air' },
          ],
        },
      ],
    },
    {
      title: 'Nervous system',
      subtopics: [
        {
          title: 'The brain',
          objectives: [{ slug: 'bio-brain', title: 'State the functions of the parts of the brain' }],
        },
        {
          title: 'Reflex actions',
          objectives: [{ slug: 'bio-reflex', title: 'Describe the path of a message in a reflex action' }],
        },
      ],
    },
    {
      title: 'Sense organs',
      subtopics: [
        {
          title: 'The eye',
          objectives: [
            { slug: 'bio-eye-parts', title: 'State the functions of the parts of the eye' },
            { slug: 'bio-eye-defects', title: 'Explain short sight and long sight and how to correct them' },
          ],
        },
        { title: 'The ear', objectives: [{ slug: 'bio-ear', title: 'State the functions of the parts of the ear' }] },
        {
          title: 'The skin',
          objectives: [{ slug: 'bio-skin', title: 'Explain how the skin senses and controls temperature' }],
        },
      ],
    },
    {
      title: 'Locomotion',
      subtopics: [
        {
          title: 'Bones and joints',
          objectives: [
            { slug: 'bio-skeleton', title: 'State the functions of the skeleton' },
            { slug: 'bio-joints', title: 'Describe types of joints and the tissues that hold them' },
          ],
        },
        { title: 'Muscles', objectives: [{ slug: 'bio-muscles', title: 'Explain how pairs of muscles move bones' }] },
      ],
    },
    {
      title: 'Diarrhoeal diseases',
      subtopics: [
        {
          title: 'Causes and spread',
          objectives: [{ slug: 'bio-diarrhoea-spread', title: 'Explain how diarrhoeal diseases spread' }],
        },
        {
          title: 'Treatment and prevention',
          objectives: [
            { slug: 'bio-rehydration', title: 'Explain the use of oral rehydration solution' },
            { slug: 'bio-diarrhoea-prevention', title: 'Suggest ways of preventing diarrhoeal diseases' },
          ],
        },
      ],
    },
    {
      title: 'Sexually transmitted infections',
      subtopics: [
        {
          title: 'Causes and prevention',
          objectives: [
            { slug: 'bio-sti-causes', title: 'Name the causes of common sexually transmitted infections' },
            { slug: 'bio-sti-prevention', title: 'Explain how sexually transmitted infections are prevented' },
          ],
        },
      ],
    },
    {
      title: 'Micro-organisms',
      subtopics: [
        {
          title: 'Groups',
          objectives: [{ slug: 'bio-microbe-groups', title: 'Tell bacteria, viruses and fungi apart' }],
        },
        {
          title: 'Uses',
          objectives: [{ slug: 'bio-microbe-uses', title: 'Describe useful work done by micro-organisms' }],
        },
      ],
    },
  ],
};
