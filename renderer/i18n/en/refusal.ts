/** What happened and what to do next, by code; a dot in a code is a hyphen here. */
export const refusal = {
  unknown: 'It was refused for a reason that this version has no words for ({{code}}). Update the program.',
  // The host of the screens
  locked: 'The wallet is locked. Open it first.',
  host_gone: 'The wallet does not answer. Check that it is still running; what was asked takes effect at most once.',
  bad_schema: 'Something in it is not in the form that is needed. Nothing was done; check what you typed.',
  unknown_operation: 'One of the two programs is older than the other and does not know this. Update it.',
  internal_error: 'The wallet made a mistake and did nothing more. Nothing is lost; try again.',
} as const
