import type { Case } from './case.js';
import { alike } from './cases/alike.js';
import { boundaries } from './cases/boundaries.js';
import { carving } from './cases/carving.js';
import { fence } from './cases/fence.js';
import { histories } from './cases/histories.js';
import { input } from './cases/input.js';
import { leaving } from './cases/leaving.js';
import { lists } from './cases/lists.js';
import { recovering } from './cases/recovering.js';
import { reopening } from './cases/reopening.js';
import { revoking } from './cases/revoking.js';
import { sharing } from './cases/sharing.js';
import { state } from './cases/state.js';
import { windows } from './cases/windows.js';

/** What holds of the Lua functions, whoever calls them. Cheap and telling cases come first. */
export const SUITE: readonly Case[] = [
  ...boundaries,
  ...alike,
  ...carving,
  ...input,
  ...state,
  ...leaving,
  ...lists,
  ...fence,
  ...recovering,
  ...reopening,
  ...windows,
  ...revoking,
  ...sharing,
  ...histories,
];
