import { and, eq, isNull, or, sql } from 'drizzle-orm';
import { selectPublished } from '../assessments/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { createLineItem, findLineItem } from './ags.ts';
import type { Claimed } from './claim-passback.ts';
import type { Asking, Unread } from './read-pages.ts';
import { resourceLink } from './schema.ts';
import { scopes } from './words.ts';

/** Longer than looking and making can take. */
const SEEKING_MS = 60_000;

export type Sought =
  | { kind: 'found'; lineItem: string }
  | { kind: 'none'; reason: string }
  /** Somebody else is at it. */
  | { kind: 'busy' }
  | { kind: 'failed'; unread: Unread };

const readingScope = (granted: readonly string[]) =>
  [scopes.lineItem, scopes.lineItemReadOnly].find((one) => granted.includes(one));

/** Looks for the line item of a link where the platform lists them. */
export async function lookForLineItem(asking: Asking, { link }: Claimed): Promise<Sought> {
  const scope = readingScope(link.scopes);
  if (link.lineItems === null || scope === undefined)
    return { kind: 'none', reason: 'The platform names no line item for this link, and does not list them.' };
  const { lineItems, resourceLinkId, assessmentId } = link;
  const found = await findLineItem(asking, { lineItems, resourceLinkId, resourceId: assessmentId ?? '' }, scope);
  if (!found.ok) return { kind: 'failed', unread: found };
  if (found.value !== undefined) return { kind: 'found', lineItem: found.value };
  return { kind: 'none', reason: 'The platform has no line item for this link.' };
}

/**
 * Finds the line item of a link that came without one, or makes it where we may. One at a time for each link: of two that find
 * nothing both would make one. A crash in between is no harm, for it is looked for first.
 */
export async function findOrMakeLineItem({ db, now }: SystemCall, asking: Asking, claimed: Claimed): Promise<Sought> {
  const { link } = claimed;
  const [mine] = await db
    .update(resourceLink)
    .set({ lineItemSoughtUntil: now + SEEKING_MS })
    .where(
      and(
        eq(resourceLink.id, link.id),
        isNull(resourceLink.lineItem),
        or(isNull(resourceLink.lineItemSoughtUntil), sql`${resourceLink.lineItemSoughtUntil} <= ${now}`),
      ),
    )
    .returning();
  if (!mine) return { kind: 'busy' };
  claimed.link = mine;
  const sought = await lookOrMake(asking, claimed, () => labelOf(db, mine));
  // Found, it is let go of together with the address (claim-passback.ts).
  if (sought.kind !== 'found')
    await db.update(resourceLink).set({ lineItemSoughtUntil: null }).where(eq(resourceLink.id, link.id));
  return sought;
}

/** What a gradebook calls it: the place's own title, else that of what it carries. */
async function labelOf(
  db: SystemCall['db'],
  { title, assessmentId }: typeof resourceLink.$inferSelect,
): Promise<string> {
  if (title !== '') return title;
  const [carried] = await selectPublished(db, sql`select ${assessmentId}`);
  return carried?.title ?? title;
}

async function lookOrMake(asking: Asking, claimed: Claimed, label: () => Promise<string>): Promise<Sought> {
  const sought = await lookForLineItem(asking, claimed);
  const { link } = claimed;
  if (sought.kind !== 'none' || link.lineItems === null || !link.scopes.includes(scopes.lineItem)) return sought;
  const made = await createLineItem(asking, {
    lineItems: link.lineItems,
    resourceLinkId: link.resourceLinkId,
    resourceId: link.assessmentId ?? link.id,
    label: await label(),
  });
  return made.ok ? { kind: 'found', lineItem: made.value } : { kind: 'failed', unread: made };
}
