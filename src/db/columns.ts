import { integer, text } from 'drizzle-orm/sqlite-core';

/** An instant: ms since 1970. */
export const instant = (name: string) => integer(name);

/** A small JSON value of a known shape. Lists that grow are rows, not JSON. */
export const json = <T>(name: string) => text(name, { mode: 'json' }).$type<T>();

export const yes = (name: string) => integer(name, { mode: 'boolean' });
