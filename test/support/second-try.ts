import { jest } from '@jest/globals';

/**
 * Tests here keep time with real sockets, processes and kernels, and a CI machine's cores are not theirs alone. A test
 * that fails there is tried once more when the others of its file are done; the run's end names those that needed it.
 */
if (process.env['CI'] !== undefined) jest.retryTimes(1, { logErrorsBeforeRetry: true });
