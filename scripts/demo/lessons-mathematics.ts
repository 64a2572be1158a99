import type { DemoLesson } from './demo-item.ts';

/** Two lessons of MSCE Mathematics, as a teacher would write them. */
export const mathematicsLessons: DemoLesson[] = [
  {
    objective: 'quadratic-factorising',
    title: 'Solving quadratic equations by factorising',
    body: String.raw`A **quadratic equation** can be written as $ax^2 + bx + c = 0$, where $a \neq 0$. Many of them can be solved by
writing the left side as a product.

## Why it works

When two numbers multiply to zero, at least one of them *is* zero:

$$p \times q = 0 \quad\text{means}\quad p = 0 \text{ or } q = 0.$$

So an equation in factors falls apart into two easy ones.

## Steps

1. Bring everything to one side, so that the other side is $0$.
2. Find two numbers whose **product** is $a \times c$ and whose **sum** is $b$.
3. Split the middle term with them, and factorise in pairs.
4. Put each factor equal to zero, and solve.
5. Check each answer in the equation you were given.

## Example

Solve $x^2 + 5x = -6$.

Everything to one side: $x^2 + 5x + 6 = 0$. The product is $6$ and the sum is $5$:

| Pair | Product | Sum |
|---|---|---|
| $1$ and $6$ | $6$ | $7$ |
| $2$ and $3$ | $6$ | $5$ ✓ |

So $x^2 + 2x + 3x + 6 = 0$, that is $x(x + 2) + 3(x + 2) = 0$, and

$$(x + 2)(x + 3) = 0.$$

Either $x + 2 = 0$ or $x + 3 = 0$. **The answers are $x = -2$ and $x = -3$.**

## Try it

Solve $2x^2 - 7x + 3 = 0$.

<details><summary>See the answer</summary>

The product is $2 \times 3 = 6$ and the sum is $-7$: the numbers are $-1$ and $-6$.

$$2x^2 - x - 6x + 3 = x(2x - 1) - 3(2x - 1) = (2x - 1)(x - 3) = 0$$

So $x = \frac{1}{2}$ or $x = 3$.

</details>

> Do not divide both sides by $x$: you would lose the answer $x = 0$. From $x^2 = 4x$ follows $x(x - 4) = 0$, so $x = 0$ or $x = 4$.
`,
  },
  {
    objective: 'quadratic-formula',
    title: 'The quadratic formula',
    body: String.raw`Not every quadratic equation can be factorised with whole numbers. The formula always works.

For $ax^2 + bx + c = 0$ with $a \neq 0$:

$$x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}$$

## Example

Solve $2x^2 + 3x - 4 = 0$, and give the answers to two decimal places.

Here $a = 2$, $b = 3$ and $c = -4$. Mind the sign of $c$:

$$x = \frac{-3 \pm \sqrt{3^2 - 4 \times 2 \times (-4)}}{2 \times 2} = \frac{-3 \pm \sqrt{41}}{4}$$

Since $\sqrt{41} \approx 6.403$,

- $x \approx \frac{-3 + 6.403}{4} = 0.85$
- $x \approx \frac{-3 - 6.403}{4} = -2.35$

## How many answers?

Look at what stands under the root, the **discriminant** $D = b^2 - 4ac$:

| $D$ | Real answers |
|---|---|
| $D > 0$ | two |
| $D = 0$ | one, $x = \frac{-b}{2a}$ |
| $D < 0$ | none |

## Common mistakes

- Forgetting that $-b$ turns a negative $b$ positive: for $b = -5$ it is $-(-5) = 5$.
- Dividing only the root by $2a$. **The whole** top is divided.
- Rounding before the last step. Keep three more digits than you are asked for.
`,
  },
];
