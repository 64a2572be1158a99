import { MATHEMATICS } from '../seed.ts';
import type { World } from '../world.ts';
import type { LineItem, Link } from './lti-state.ts';

export type NewLink = {
  readonly title: string;
  readonly courseKey?: string | undefined;
  readonly url?: string | null | undefined;
  readonly custom?: Readonly<Record<string, string>> | undefined;
  /** Without one there is nothing to send scores to. */
  readonly lineItem?:
    | boolean
    | { scoreMaximum?: number; label?: string; resourceId?: string; tag?: string }
    | undefined;
  readonly block?: number | null | undefined;
  readonly allowedAttempts?: number | null | undefined;
  readonly deploymentId?: string | null | undefined;
};

/** Puts a link on a course page, with its line item unless told otherwise. */
export function addLink(world: World, wanted: NewLink): Link {
  const { lti } = world;
  const { title, courseKey = MATHEMATICS, url = null, custom = {}, lineItem = true } = wanted;
  if (!world.courses.has(courseKey)) throw new Error(`There is no course ${courseKey}`);
  lti.counter += 1;
  const link: Link = {
    number: lti.counter,
    courseKey,
    title,
    url,
    custom: { ...custom },
    block: wanted.block ?? null,
    allowedAttempts: wanted.allowedAttempts ?? null,
    deploymentId: wanted.deploymentId ?? null,
  };
  lti.links.push(link);
  if (lineItem !== false) addLineItem(world, link, lineItem === true ? {} : lineItem);
  return link;
}

function addLineItem(
  world: World,
  link: Link,
  about: { [K in 'label' | 'resourceId' | 'tag']?: string } & { scoreMaximum?: number },
) {
  const { label = link.title, scoreMaximum = 100, resourceId = '', tag = '' } = about;
  world.lti.counter += 1;
  const item: LineItem = {
    ...{ number: world.lti.counter, courseKey: link.courseKey, madeUnder: link.number, link: link.number },
    ...{ label, scoreMaximum, resourceId, tag },
  };
  world.lti.lineItems.push(item);
}

/** Takes a link away, with its line items and what was graded. */
export function removeLink(world: World, { number }: Link): void {
  const { links, lineItems, results } = world.lti;
  const gone = lineItems.filter((one) => one.link === number).map((one) => one.number);
  for (const [key, { lineItem }] of results) if (gone.includes(lineItem)) results.delete(key);
  lineItems.splice(0, lineItems.length, ...lineItems.filter((one) => !gone.includes(one.number)));
  links.splice(0, links.length, ...links.filter((one) => one.number !== number));
}
