// Before anything is drawn: the theme that the reader chose, if the browser keeps it.
try {
  const theme = localStorage.getItem('theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // No storage from a folder in some browsers: the system's theme it is.
}
