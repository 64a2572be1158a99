import { median, percentile } from './load.mjs';

/* How figures are written, and what every scenario asks of its answers. */

export const whole = (value) => Math.round(value).toLocaleString('en');
export const ms = (value) => `${value < 10 ? value.toFixed(1) : whole(value)} ms`;
export const spread = (values, write) =>
  `${write(median(values))} (${write(Math.min(...values))}–${write(Math.max(...values))})`;
export const tail = (latencies) => `p50 ${ms(median(latencies))}, p99 ${ms(percentile(latencies, 0.99))}`;

export function requireNoErrors(what, errors) {
  if (errors.length > 0)
    throw new Error(`${what}: ${errors.length} errors, the first ${errors[0].status} ${errors[0].json}`);
}

export const during = (seconds) => {
  const end = performance.now() + seconds * 1000;
  return () => performance.now() >= end;
};
export const times = (count) => (index) => index >= count;

export const rounds = ({ quick }) => Array.from({ length: quick ? 1 : 3 }, (_, index) => index);
