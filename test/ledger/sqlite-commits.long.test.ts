import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { killedAtEachCommit } from './commit-kills.js';
import { temporaryFolder } from './folder.js';

const folder = temporaryFolder();

describe('a process killed at each of its first 100 commits, before, in and after it', () => {
  it('has lost nothing that it had acknowledged', async () => {
    const whole = await killedAtEachCommit(join(folder, 'commits.db'), 100);
    // Some died early enough in their commit for nothing of it to be there.
    expect(whole).toBeLessThan(100);
  });
});
