// Runs before the first paint, so that nobody sees the wrong theme: the setting itself comes later, over the socket.
{
  const kept = /(?:^|; )kabuken-theme=(light|dark)/.exec(document.cookie)?.[1] ?? localStorage.getItem('kabuken-theme')
  if (kept === 'light' || kept === 'dark') document.documentElement.dataset.theme = kept
}
