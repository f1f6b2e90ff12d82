import { describe, expect, it } from 'vitest';
import { MalformedUsage } from '../../../gateway/providers/counts.js';
import { readStatedUsd } from '../../../gateway/providers/stated-cost.js';
import { fc, runs } from '../../support/property.js';

const read = (text: string) => readStatedUsd(JSON.parse(text), text);

describe('a cost that the provider states, in micro-dollars', () => {
  it.each<[string, number | undefined]>([
    ['{}', undefined],
    ['{"cost":null}', undefined],
    ['{"cost":0}', 0],
    ['{"cost":0.95}', 950_000],
    ['{"cost":1e-7}', 1],
    ['{"cost":0.000001}', 1],
    // A float ends before the digit that rounds it up.
    ['{"cost":0.000001000000000000000000001}', 2],
    ['{"cost":9007199254.740990000000000001}', 9_007_199_254_740_991],
    ['{"cost":1.2E+2}', 120_000_000],
    ['{"cost":1e-9999}', 1],
    ['{"cost":-1}', undefined],
    ['{"cost":"0.5"}', 500_000],
    ['{"cost":"half"}', undefined],
    ['{"cost":true}', undefined],
    ['{"cost":{"total_cost":0.006,"request_cost":0.005}}', 6_000],
    ['{"total_cost":0.002}', 2_000],
    ['{"estimated_cost":0.00000149}', 2],
    ['{"cost_in_usd_ticks":25000000}', 2_500],
    ['{"cost_in_usd_ticks":37756000}', 3_776],
    ['{"cost_in_usd_ticks":1}', 1],
    ['{"cost":0.001,"cost_in_usd_ticks":25000000}', 2_500],
    ['{"cost":0.05,"is_byok":false,"cost_details":{"upstream_inference_cost":19}}', 50_000],
    ['{"cost":0.05,"is_byok":true,"cost_details":{"upstream_inference_cost":19}}', 19_050_000],
    ['{"cost":0.05,"is_byok":true,"cost_details":null}', 50_000],
  ])('%s is %s', (text, micros) => {
    expect(read(text)).toBe(micros);
  });

  it.each(['{"cost":1e30}', '{"cost":1e4000}', '{"cost":99999999999}'])(
    '%s is more than any budget holds',
    (text) => {
      expect(() => read(text)).toThrow(MalformedUsage);
    },
  );

  it('is never less than the figure, and less than a micro-dollar more, whatever its digits', () => {
    const digits = fc.stringMatching(/^[0-9]{1,30}$/);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_000_000 }), digits, (whole, fraction) => {
        const micros = BigInt(read(`{"cost":${whole}.${fraction}}`) ?? -1);
        const scale = 10n ** BigInt(fraction.length);
        const exact = (BigInt(whole) * scale + BigInt(fraction)) * 1_000_000n;
        expect(micros * scale >= exact).toBe(true);
        expect((micros - 1n) * scale < exact).toBe(true);
      }),
      { numRuns: runs(300) },
    );
  });
});
