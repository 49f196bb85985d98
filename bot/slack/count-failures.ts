import { SlackError, WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';
import type { Metrics } from '../../platform/metrics.ts';
import type { CallWitness } from './clients.ts';

/** Counts the calls that Slack did not take; what is not Slack's doing is a bug, and logged as one. */
export function countFailures(metrics: Metrics): CallWitness {
  return (method, error) => {
    if (error instanceof WebAPIRateLimitedError) metrics.add('netcheck_slack_rate_limits_total', { method });
    else if (error instanceof SlackError)
      metrics.add('netcheck_slack_errors_total', { method, error: codeOf(error) });
  };
}

function codeOf(error: SlackError): string {
  return error instanceof WebAPIPlatformError ? error.data.error : error.code;
}
