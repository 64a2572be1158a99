// Course outline of MSCE Mathematics (Forms 3 and 4), the tree the items of items-mathematics.ts hang on.
import type { DemoOutline } from './demo-item.ts';

export const mathematicsOutline: DemoOutline = {
  courseKey: 'course-v1:VE+MSCE-MATHEMATICS+2026',
  title: 'MSCE Mathematics',
  examinationLevel: 'MSCE',
  academicClass: 'Form 4',
  topics: [
    {
      title: 'Quadratic Equations',
      subtopics: [
        {
          title: 'Solving quadratic equations',
          objectives: [
            { slug: 'quadratic-factorising', title: 'Solve quadratic equations by factorising' },
            { slug: 'quadratic-completing-square', title: 'Solve quadratic equations by completing the square' },
            { slug: 'quadratic-formula', title: 'Solve quadratic equations using the formula' },
          ],
        },
        {
          title: 'Using quadratic equations',
          objectives: [
            {
              slug: 'quadratic-discriminant',
              title: 'Use the discriminant to describe the roots of a quadratic equation',
            },
            { slug: 'quadratic-simultaneous', title: 'Solve simultaneous linear and quadratic equations' },
            { slug: 'quadratic-word-problems', title: 'Solve practical problems that lead to quadratic equations' },
          ],
        },
      ],
    },
    {
      title: 'Surds',
      subtopics: [
        {
          title: 'Simplifying surds',
          objectives: [{ slug: 'surds-simplify', title: 'Write a surd in its simplest form' }],
        },
        {
          title: 'Rationalising denominators',
          objectives: [{ slug: 'surds-rationalise', title: 'Rationalise the denominator of a fraction with surds' }],
        },
      ],
    },
    {
      title: 'Functions and Mappings',
      subtopics: [
        {
          title: 'Mappings and function notation',
          objectives: [
            { slug: 'functions-domain-range', title: 'Identify the domain and range of a function' },
            { slug: 'functions-evaluate', title: 'Find the value of a function for a given input' },
            { slug: 'functions-difference-quotient', title: 'Simplify expressions such as f(x + h) − f(x) over h' },
          ],
        },
        {
          title: 'Composite and inverse functions',
          objectives: [
            { slug: 'functions-composite', title: 'Find the value of a composite function' },
            { slug: 'functions-inverse', title: 'Find the inverse of a function' },
          ],
        },
      ],
    },
    {
      title: 'Exponential and Logarithmic Equations',
      subtopics: [
        {
          title: 'Laws of logarithms',
          objectives: [
            { slug: 'logs-evaluate', title: 'Evaluate logarithms without tables or a calculator' },
            { slug: 'logs-laws', title: 'Use the laws of logarithms to find the logarithm of another number' },
          ],
        },
        {
          title: 'Solving exponential and logarithmic equations',
          objectives: [
            {
              slug: 'exponential-equations-common-base',
              title: 'Solve exponential equations by writing both sides in one base',
            },
            { slug: 'exponential-equations-logarithms', title: 'Solve exponential equations by taking logarithms' },
            { slug: 'logarithmic-equations', title: 'Solve logarithmic equations and reject values that do not fit' },
          ],
        },
      ],
    },
    {
      title: 'Circle Geometry',
      subtopics: [
        {
          title: 'Chords',
          objectives: [
            { slug: 'circle-chords', title: 'Calculate lengths using the perpendicular from the centre to a chord' },
          ],
        },
        {
          title: 'Angles in a circle',
          objectives: [
            { slug: 'circle-angle-at-centre', title: 'Use the angle at the centre and the angle at the circumference' },
            { slug: 'circle-cyclic-quadrilateral', title: 'Calculate angles of a cyclic quadrilateral' },
          ],
        },
        {
          title: 'Tangents',
          objectives: [
            { slug: 'circle-tangents', title: 'Describe the tangent to a circle and use its properties' },
            { slug: 'circle-alternate-segment', title: 'Calculate angles using the alternate segment theorem' },
          ],
        },
      ],
    },
    {
      title: 'Sets',
      subtopics: [
        {
          title: 'Set operations',
          objectives: [{ slug: 'sets-operations', title: 'Find the union and intersection of sets' }],
        },
        {
          title: 'Problems with Venn diagrams',
          objectives: [
            { slug: 'sets-two-set-problems', title: 'Solve practical problems involving two sets' },
            { slug: 'sets-three-set-problems', title: 'Solve practical problems involving three sets' },
          ],
        },
      ],
    },
    {
      title: 'Trigonometry',
      subtopics: [
        {
          title: 'Right-angled triangles',
          objectives: [
            { slug: 'trig-ratios', title: 'Find sine, cosine and tangent from the sides of a right-angled triangle' },
            { slug: 'trig-elevation-depression', title: 'Solve problems on angles of elevation and depression' },
          ],
        },
        {
          title: 'Sine and cosine rules',
          objectives: [
            { slug: 'trig-sine-rule', title: 'Calculate sides and angles using the sine rule' },
            { slug: 'trig-cosine-rule', title: 'Calculate sides and angles using the cosine rule' },
          ],
        },
      ],
    },
    {
      title: 'Similarity, Areas and Volumes',
      subtopics: [
        {
          title: 'Similar figures',
          objectives: [
            { slug: 'similar-areas', title: 'Relate the areas of similar figures to their sides' },
            { slug: 'similar-volumes', title: 'Relate the volumes of similar solids to their sides' },
          ],
        },
        {
          title: 'Three-dimensional solids',
          objectives: [
            { slug: 'solids-volume', title: 'Calculate the volume of cones, pyramids and spheres' },
            { slug: 'solids-lengths', title: 'Calculate lengths inside three-dimensional solids' },
          ],
        },
      ],
    },
    {
      title: 'Statistics and Probability',
      subtopics: [
        {
          title: 'Averages and spread',
          objectives: [
            { slug: 'statistics-averages', title: 'Find the mean, median and mode of data' },
            { slug: 'statistics-standard-deviation', title: 'Calculate the standard deviation of data' },
          ],
        },
        {
          title: 'Probability',
          objectives: [
            { slug: 'probability-single-event', title: 'Find the probability of a single event' },
            { slug: 'probability-combined-events', title: 'Find the probability of combined events' },
          ],
        },
      ],
    },
    {
      title: 'Variation',
      subtopics: [
        {
          title: 'Direct and inverse variation',
          objectives: [
            { slug: 'variation-recognise', title: 'Recognise direct and inverse variation from an equation' },
            { slug: 'variation-direct', title: 'Solve problems on direct variation' },
            { slug: 'variation-inverse', title: 'Solve problems on inverse variation' },
          ],
        },
        {
          title: 'Partial variation',
          objectives: [{ slug: 'variation-partial', title: 'Solve problems on partial variation' }],
        },
      ],
    },
    {
      title: 'Polynomials and Algebraic Fractions',
      subtopics: [
        {
          title: 'Remainder and factor theorems',
          objectives: [
            { slug: 'polynomials-remainder', title: 'Find a remainder using the remainder theorem' },
            { slug: 'polynomials-factor', title: 'Use the factor theorem to find factors and unknown coefficients' },
          ],
        },
        {
          title: 'Algebraic fractions',
          objectives: [
            { slug: 'algebraic-fractions-simplify', title: 'Simplify algebraic fractions by factorising' },
            { slug: 'algebraic-fractions-combine', title: 'Add and subtract algebraic fractions' },
          ],
        },
      ],
    },
    {
      title: 'Progressions',
      subtopics: [
        {
          title: 'Arithmetic progressions',
          objectives: [
            { slug: 'arithmetic-nth-term', title: 'Find a term of an arithmetic progression' },
            { slug: 'arithmetic-sum', title: 'Find the sum of terms of an arithmetic progression' },
          ],
        },
        {
          title: 'Geometric progressions',
          objectives: [
            { slug: 'geometric-terms', title: 'Find the common ratio and terms of a geometric progression' },
            { slug: 'geometric-growth-decay', title: 'Use geometric progressions for growth and depreciation' },
          ],
        },
      ],
    },
    {
      title: 'Matrices and Vectors',
      subtopics: [
        {
          title: 'Matrices',
          objectives: [
            {
              slug: 'matrices-determinant',
              title: 'Find the determinant of a 2 × 2 matrix and say if it has an inverse',
            },
            { slug: 'matrices-equations', title: 'Solve simultaneous equations using matrices' },
          ],
        },
        {
          title: 'Vectors',
          objectives: [
            { slug: 'vectors-magnitude', title: 'Calculate the magnitude of a vector' },
            { slug: 'vectors-position', title: 'Find the vector from one point to another' },
          ],
        },
      ],
    },
    {
      title: 'Graphs and Linear Programming',
      subtopics: [
        {
          title: 'Coordinate geometry',
          objectives: [{ slug: 'coordinates-gradient', title: 'Find the gradient of a line through two points' }],
        },
        {
          title: 'Travel graphs',
          objectives: [
            { slug: 'travel-average-speed', title: 'Calculate average speed' },
            { slug: 'travel-speed-time', title: 'Find distance as the area under a speed-time graph' },
          ],
        },
        {
          title: 'Linear programming',
          objectives: [
            { slug: 'linear-programming-inequalities', title: 'Write inequalities from the conditions of a problem' },
            {
              slug: 'linear-programming-optimum',
              title: 'Find the greatest or least value at a corner of the feasible region',
            },
          ],
        },
      ],
    },
  ],
};
