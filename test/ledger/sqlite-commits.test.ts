import { join } from 'node:path';
import { describe, it } from 'vitest';
import { killedAtEachCommit } from './commit-kills.js';
import { temporaryFolder } from './folder.js';

const folder = temporaryFolder();

describe('a process killed at each commit, before, in and after it', () => {
  it('has lost nothing that it had acknowledged', async () => {
    await killedAtEachCommit(join(folder, 'commits.db'), 2);
  }, 120_000);
});
