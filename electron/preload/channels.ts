/** The only words between the screens' page and the main process. */
export const CALL_CHANNEL = 'wallet:call'
export const PROGRESS_CHANNEL = 'wallet:progress'
export const EVENT_CHANNEL = 'wallet:event'
/** Under which the page finds the wallet API. */
export const EXPOSED_AS = 'kabuken'
