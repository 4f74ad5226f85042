// What may stand in a catalogue, and what its reader asks for: derived from the English entries, so
// that an unknown key, a missing placeholder and a missing translation are errors of `tsc`.

import type { Child } from "../view/kit/dom.js";

/** A sentence, or one for each plural category of `count`, or one for each `kind`. */
export type Entry = string | { readonly [variant: string]: string };
export type Entries = { readonly [key: string]: Entry };

type Sentences<E> = E extends string ? E : E[keyof E];
type Placeholder<S> = S extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholder<Rest>
  : never;
type Chosen<E> = E extends string
  ? object
  : E extends { readonly other: string }
    ? { count: number }
    : { kind: keyof E };
type Values<E, V> = Chosen<E> & {
  [Name in Exclude<Placeholder<Sentences<E>>, keyof Chosen<E>>]: V;
};
/** No second argument where a sentence has no placeholder. */
type More<E, V> = keyof Values<E, V> extends never ? [] : [values: Values<E, V>];

export interface Reader<C> {
  /** The sentence as text. */
  say<K extends keyof C & string>(key: K, ...more: More<C[K], string | number>): string;
  /** The sentence as children of an element, with links and other elements in its placeholders. */
  sayWith<K extends keyof C & string>(key: K, ...more: More<C[K], Child>): Child[];
}

/** What another language must have, given the English entries. */
export type Translation<C> = {
  readonly [K in keyof C]: C[K] extends string ? string : { readonly [V in keyof C[K]]: string };
};
