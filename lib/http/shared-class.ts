/** V8's before Node 24; later ones miss cheaply, and there a dictionary costs 5 % of a token. */
const MISSES_ARE_SLOW = Number.parseInt(process.versions.v8) < 13;

/**
 * Has V8 keep a request or a response as a dictionary: a tenth of a token's CPU time, or more, on Node 20 and 22.
 *
 * Express sets the prototypes of both and adds properties behind that, which leaves each with a hidden class of its own:
 * every look at a property of it, Node's own too, misses the inline caches. Dictionaries share a class. An object becomes
 * one where a property that is not its last is deleted; it is put back at once, as it was.
 *
 * @param name of a property that is there before Express adds others
 */
export function shareClass(object: object, name: string): void {
  if (!MISSES_ARE_SLOW || !Object.isExtensible(object)) return;
  const property = Object.getOwnPropertyDescriptor(object, name);
  if (!property?.configurable) return;
  Reflect.deleteProperty(object, name);
  Object.defineProperty(object, name, property);
}
