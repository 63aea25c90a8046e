import { types } from 'node:util';

/** V8 before Node 24. Later ones have such objects share a class, and there a dictionary costs 5 % of a token. */
const CLASSES_ARE_SPLIT = Number.parseInt(process.versions.v8) < 13;

/**
 * Has V8 keep a request and its response as dictionaries: on Node 20 and 22, a tenth of a token's CPU time or more.
 *
 * Express sets their prototypes and adds properties behind that, which leaves each object with a hidden class of its
 * own: every look at a property, Node's own too, misses the inline caches. Dictionaries share a class. An object becomes
 * one where a property that is not its last is deleted; it is put back at once, with nothing changed but its place.
 */
export function shareClasses(req: object, res: object): void {
  // A proxy may refuse, and no request is to fail for this. A response that is one Node never ends, whoever writes it.
  if (!CLASSES_ARE_SPLIT || types.isProxy(req)) return;
  // As Node made them, without an app around the router, they share theirs.
  if (!Object.hasOwn(req, 'res')) return;
  toDictionary(req, 'res');
  toDictionary(res, 'req');
}

/** @param name of a property that is there before Express adds others */
function toDictionary(object: object, name: string): void {
  const property = Object.getOwnPropertyDescriptor(object, name);
  if (!property || !Object.isExtensible(object)) return;
  if (Reflect.deleteProperty(object, name)) Object.defineProperty(object, name, property);
}
