import type { ProfileName } from '../options/shared.js';
import { frontier } from './frontier.js';
import type { Profile } from './profile.js';
import { standard } from './standard.js';

export const profiles: Readonly<Record<ProfileName, Profile>> = { standard, frontier };
