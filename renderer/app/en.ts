/** What the frame says of files and links that were opened with the wallet. */
export const opened = {
  button: 'Open a file',
  drop: 'Let go to open the file. Nothing happens without you.',
  locked: 'A file was opened. It is shown when the wallet is unlocked.',
  problems: {
    unknown:
      'This is nothing that the wallet can open: neither a certificate, nor shares made over to you, nor the identity of a person, nor the link of a market, nor a backup.',
    tooLarge: 'This file is too large to be one of the wallet.',
  },
  waits: {
    endorsement: 'A file with shares made over to you was opened. It is shown when the wallet is set up.',
    identity: 'The identity file of a person was opened. It is shown when the wallet is set up.',
    certificate: 'A certificate file was opened. It is shown when the wallet is set up.',
  },
  backup:
    'You opened a backup. A backup is only restored into a wallet that is empty; this one has a key, and nothing was changed. Restore it in a wallet of its own.',
  more_one: '{{count}} more file was opened.',
  more_other: '{{count}} more files were opened.',
  next: 'Show the next one',
  sameMarket: 'You opened the link of {{market}}. This wallet has joined it already.',
  otherMarket:
    'You opened the link of another market. This wallet has joined {{market}}, and a wallet belongs to one market: nothing was changed. For the other market, use a wallet of its own.',
  authority: 'Authority of the other market',
  fingerprint: 'Its fingerprint',
} as const
