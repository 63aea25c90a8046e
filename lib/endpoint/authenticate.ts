import type { Request, RequestHandler, Response } from 'express';
import passport from 'passport';
import type { AssertedClient } from '../assertions/prove-assertion.js';
import type { Client } from '../credentials/client.js';
import type { Presented } from '../grants/grant.js';
import { AssertionStrategy } from '../strategies/assertion.js';
import { ClientBasicStrategy } from '../strategies/client-basic.js';
import { ClientBodyStrategy } from '../strategies/client-body.js';
import type { Handed } from '../strategies/handed.js';
import type { RouterSettings } from './settings.js';

/** Checks a client's proof with the strategy that is for it; rejects with its refusal, whole. */
export type Authenticate = (presented: Presented, tokenEndpoint: string) => Promise<AssertedClient>;

/**
 * The strategies, in a passport of their own: the host's passport, its session and `req.user` stay the host's. By
 * name, so that passport makes an object of its own for each request; an instance handed to `passport.authenticate`
 * is shared by all requests, and answers one as another's user.
 */
export function authenticator(settings: RouterSettings): Authenticate {
  const own = new passport.Passport();
  own.use(new ClientBasicStrategy(settings.client));
  own.use(new ClientBodyStrategy(settings.client));
  own.use(new AssertionStrategy(settings.assertion));
  // Passport hangs `login`, `logout` and more onto a request, the same onto each: not onto the host's. All that a
  // strategy needs of one is in its hands.
  const nobodysRequest = {} as unknown as Request;
  const nobodysResponse = {} as unknown as Response;

  return ({ strategy, proof }, tokenEndpoint) =>
    new Promise((resolve, reject) => {
      const handed: Handed<unknown> & { session: false } = { session: false, proof, tokenEndpoint, asErrors: true };
      const done = (error: Error | null, client: Client, info?: { scope?: string }): void => {
        if (error) reject(error);
        else resolve({ client, ...info });
      };
      const run = own.authenticate(strategy, handed, done) as RequestHandler;
      void run(nobodysRequest, nobodysResponse, reject);
    });
}
