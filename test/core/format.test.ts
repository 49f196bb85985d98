import { describe, expect, test } from '@jest/globals';
import { formatValue, type CelValue, type FormatName } from '../../core/format.ts';

describe('formatValue', () => {
  test.each<[CelValue, FormatName, string]>([
    ['8080', 'text', '8080'],
    [true, 'text', 'true'],
    [0.5, 'text', '0.5'],
    ['a', 'count', 'a'],
    [Number.NaN, 'percent', '(unknown)'],

    [0, 'count', '0'],
    [999, 'count', '999'],
    [1234.4, 'count', '1,234'],
    [1_234_567.6, 'count', '1,234,568'],
    [-0.2, 'count', '0'],
    [-12_345, 'count', '-12,345'],

    [0, 'number', '0'],
    [0.000_4, 'number', '< 0.001'],
    [-0.000_4, 'number', '> -0.001'],
    [0.012_34, 'number', '0.012'],
    [3.14159, 'number', '3.1'],
    [31.4159, 'number', '31.4'],
    [99.96, 'number', '100'],
    [31_415.9, 'number', '31,416'],
    [Number.POSITIVE_INFINITY, 'number', '∞'],
    [Number.NEGATIVE_INFINITY, 'number', '−∞'],

    [0, 'percent', '0 %'],
    [0.000_05, 'percent', '< 0.01 %'],
    [0.001_4, 'percent', '0.14 %'],
    [0.0142, 'percent', '1.4 %'],
    [0.6123, 'percent', '61.2 %'],
    [0.9997, 'percent', '> 99.9 %'],
    [0.9994, 'percent', '99.9 %'],
    [1, 'percent', '100 %'],
    [1.25, 'percent', '125 %'],

    [0, 'seconds', '0 s'],
    [0.000_02, 'seconds', '20 µs'],
    [0.000_8, 'seconds', '800 µs'],
    [0.012, 'seconds', '12 ms'],
    [0.96, 'seconds', '0.96 s'],
    [5.02, 'seconds', '5 s'],
    [90, 'seconds', '90 s'],
    [1800, 'seconds', '30 min'],
    [86_400, 'seconds', '24 h'],

    [34, 'rate', '34/s'],
    [0.25, 'rate', '0.25/s'],

    [0, 'bytes', '0 B'],
    [0.5, 'bytes', '0.5 B'],
    [999, 'bytes', '999 B'],
    [1500, 'bytes', '1.5 kB'],
    [310_000_000, 'bytes', '310 MB'],
    [4.2e15, 'bytes', '4,200 TB'],
  ])('%p as %s is %s', (value, format, said) => {
    expect(formatValue(value, format)).toBe(said);
  });
});
