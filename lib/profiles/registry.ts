import { frontier } from './frontier.js';
import type { Profile } from './profile.js';
import { standard } from './standard.js';

export const profiles = { standard, frontier } as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof profiles;
