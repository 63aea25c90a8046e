/** Errors that throw where one asks what they are. */
export const untellable = new Proxy(new Error('secret detail'), {
  getPrototypeOf() {
    throw new Error('secret detail');
  },
});

export const nameless = Object.defineProperty(new Error('secret detail'), 'name', {
  get() {
    throw new Error('secret detail');
  },
});
