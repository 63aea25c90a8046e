/** What happened to the signing keys, for an operator. It never holds a part of a key. */
export interface SigningKeyEvent {
  /**
   * `keys.rotated`: this instance made the key that signs next, or made a waiting one sign at once.
   * `keys.unavailable`: keys could not be read, renewed or decrypted; it goes on with those it has. At most one each
   * time that it looks.
   */
  type: 'keys.rotated' | 'keys.unavailable';
  time: Date;
  /** The key that it is about, where it is about one. */
  kid?: string;
  /** What went wrong: a `StoreUnavailableError` where the database can't be reached. */
  cause?: unknown;
}
