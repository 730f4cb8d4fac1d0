import type { Language } from '../../shared/wallet-api/views.ts'

const en = {
  // Menu and tray
  wallet: 'Wallet',
  lock: 'Lock',
  edit: 'Edit',
  go: 'Go',
  view: 'View',
  window: 'Window',
  help: 'Help',
  about: 'About Kabuken',
  checkForUpdates: 'Check for updates …',
  openLog: 'Open log folder',
  open: 'Open Kabuken',
  roles: {
    hide: 'Hide Kabuken',
    hideOthers: 'Hide others',
    unhide: 'Show all',
    quit: 'Quit Kabuken',
    undo: 'Undo',
    redo: 'Redo',
    cut: 'Cut',
    copy: 'Copy',
    paste: 'Paste',
    selectAll: 'Select all',
    resetZoom: 'Actual size',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    togglefullscreen: 'Full screen',
    minimize: 'Minimise',
    close: 'Close',
  },
  screens: {
    portfolio: 'Portfolio',
    certificates: 'Certificates',
    market: 'Market',
    offerings: 'Offerings',
    cash: 'Cash',
    transfers: 'Transfers',
    contacts: 'Contacts',
    reissue: 'Reissue',
    history: 'History',
    node: 'Node',
    settings: 'Settings',
  },
  aboutWhat: 'A wallet for electronic share certificates that their owners hold themselves.',
  licence: 'Apache License 2.0. Electron and the libraries that are built in are under the licences of their authors.',

  // When something breaks
  crash: {
    main: 'Kabuken ran into a fault',
    page: 'The screens of Kabuken have stopped',
    process: 'A part of Kabuken could not be started',
    what: 'Nothing that you signed is lost: it is stored, and what is still without an answer goes on after a restart.',
    log: (file: string) => `What happened is in the log, without secrets:\n${file}`,
    restart: 'Start again',
    quit: 'Quit',
  },
  start: {
    title: 'Kabuken could not be opened',
    no_sandbox:
      'It was started with --no-sandbox: without the sandbox that shuts in its pages it does not open. On Linux, install the package of your system (deb), or allow this program user namespaces.',
    store_locked: 'This wallet is open already, in another window or in a terminal. Close it there first.',
    store_newer_version: 'This wallet was written by a newer Kabuken. Nothing was changed; open it with that one.',
    store_damaged:
      'The files of this wallet are damaged, and so is their copy. Nothing was changed. Bring back a backup of the folder.',
    store_unavailable: 'The folder of the wallet cannot be used. Check that the disk is there and may be written to.',
    passphrase_wrong: 'The passphrase in the given file does not open the key of this wallet.',
    file_unreadable: 'The file with the passphrase cannot be read. Nothing was opened.',
    other: (code: string) => `It could not be opened (${code}).`,
  },

  // Files that the screens save
  saving: {
    title: 'Kabuken – saving',
    missing: (fileName: string) => `${fileName} was not saved`,
    what: 'Nothing was written, whatever the screen says. Save it once more, in another place if need be.',
    ok: 'OK',
  },

  // Updates
  updates: {
    title: 'Kabuken – updates',
    available: (version: string) => `Kabuken ${version} is there`,
    availableWhat:
      'It is loaded in the background, and its signature is checked. You are asked again before it is installed.',
    load: 'Load it',
    ready: (version: string) => `Kabuken ${version} is loaded`,
    readyWhat: 'To install it, the wallet is closed and started again.',
    install: 'Install and restart',
    later: 'Later',
    current: 'You have the newest version.',
    failed: 'It could not be found out whether there is a newer version. Check the network and try again.',
    loadFailed: 'The new version could not be loaded, or its signature is not right. Nothing was installed.',
    ok: 'OK',
  },
}

const ja: typeof en = {
  wallet: 'ウォレット',
  lock: 'ロック',
  edit: '編集',
  go: '移動',
  view: '表示',
  window: 'ウインドウ',
  help: 'ヘルプ',
  about: 'Kabukenについて',
  checkForUpdates: 'アップデートを確認…',
  openLog: 'ログのフォルダを開く',
  open: 'Kabukenを開く',
  roles: {
    hide: 'Kabukenを隠す',
    hideOthers: 'ほかを隠す',
    unhide: 'すべてを表示',
    quit: 'Kabukenを終了',
    undo: '元に戻す',
    redo: 'やり直す',
    cut: '切り取り',
    copy: 'コピー',
    paste: '貼り付け',
    selectAll: 'すべて選択',
    resetZoom: '実際のサイズ',
    zoomIn: '拡大',
    zoomOut: '縮小',
    togglefullscreen: '全画面表示',
    minimize: '最小化',
    close: '閉じる',
  },
  screens: {
    portfolio: '資産',
    certificates: '株券',
    market: '市場',
    offerings: '募集',
    cash: '資金',
    transfers: '譲渡',
    contacts: '連絡先',
    reissue: '再発行',
    history: '履歴',
    node: 'ノード',
    settings: '設定',
  },
  aboutWhat: '持ち主が自分で保管する電子株券のためのウォレットです。',
  licence: 'Apache License 2.0。Electronと組み込まれているライブラリは、それぞれの作者のライセンスに従います。',

  crash: {
    main: 'Kabukenに問題が発生しました',
    page: 'Kabukenの画面が停止しました',
    process: 'Kabukenの一部を起動できませんでした',
    what: '署名したものは失われていません。すべて保存されており、回答を待っている請求は再起動後に続行されます。',
    log: (file) => `発生した内容は、秘密の情報を除いてログに記録されています。\n${file}`,
    restart: '再起動',
    quit: '終了',
  },
  start: {
    title: 'Kabukenを開けませんでした',
    no_sandbox:
      'サンドボックスなし（--no-sandbox）で起動されました。画面を隔離するサンドボックスがない状態では、ウォレットは開きません。Linuxではdebパッケージをインストールするか、このプログラムにユーザー名前空間の使用を許可してください。',
    store_locked:
      'このウォレットは、別のウインドウまたはターミナルですでに開かれています。先にそちらを閉じてください。',
    store_newer_version:
      'このウォレットは、より新しいKabukenで保存されています。何も変更していません。新しい版で開いてください。',
    store_damaged:
      'このウォレットのファイルとその控えが破損しています。何も変更していません。フォルダをバックアップから戻してください。',
    store_unavailable: 'ウォレットのフォルダを使用できません。ディスクが接続され、書き込めることを確認してください。',
    passphrase_wrong: '指定されたファイルのパスフレーズでは、このウォレットの鍵を開けません。',
    file_unreadable: 'パスフレーズのファイルを読み取れません。何も開いていません。',
    other: (code) => `開けませんでした（${code}）。`,
  },

  saving: {
    title: 'Kabuken – 保存',
    missing: (fileName) => `${fileName}は保存されていません`,
    what: '画面の表示にかかわらず、ファイルは書き込まれていません。必要なら別の場所を選び、もう一度保存してください。',
    ok: 'OK',
  },

  updates: {
    title: 'Kabuken – アップデート',
    available: (version) => `Kabuken ${version}があります`,
    availableWhat: 'バックグラウンドで読み込み、署名を検証します。インストールの前にもう一度確認します。',
    load: '読み込む',
    ready: (version) => `Kabuken ${version}を読み込みました`,
    readyWhat: 'インストールするには、ウォレットを閉じて再起動します。',
    install: 'インストールして再起動',
    later: 'あとで',
    current: '最新の版をお使いです。',
    failed: '新しい版があるかどうかを確認できませんでした。ネットワークを確認して、もう一度お試しください。',
    loadFailed: '新しい版を読み込めなかったか、署名が正しくありません。何もインストールしていません。',
    ok: 'OK',
  },
}

/** What the main process itself says: in menus, beside the clock, in the system's dialogs. */
export const WORDS: Readonly<Record<Language, typeof en>> = { en, ja }
export type Words = typeof en
export type ScreenName = keyof typeof en.screens
