import passport from 'passport';
import { BasicStrategy } from 'passport-http';
import { Strategy as ClientPasswordStrategy } from 'passport-oauth2-client-password';

/** A passport with the two strategies that prove a client, by name as its documentation has it: `req.user` is the client. */
export function passportOver(clients) {
  const own = new passport.Passport();
  const prove = (id, secret, done) => done(null, clients.prove(id, secret) ?? false);
  own.use('basic', new BasicStrategy(prove));
  own.use('body', new ClientPasswordStrategy(prove));
  return own;
}
