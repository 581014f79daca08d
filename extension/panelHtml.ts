interface PanelPage {
  /** Fresh for each page. */
  nonce: string;
  /** The webview's own source, as it names it for a policy. */
  cspSource: string;
  scriptUri: string;
  styleUri: string;
  /** BCP 47, as the editor is set. */
  language: string;
}

/** The panel's document. Nothing loads in it but our own script, style and icon font; nothing can be sent out. */
export function panelHtml({ nonce, cspSource, scriptUri, styleUri, language }: PanelPage): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
    `img-src ${cspSource}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${styleUri}">
<title>Zoey</title>
</head>
<body>
<div id="root"></div>
<script nonce="${nonce}" src="${scriptUri}"></script>
</body>
</html>
`;
}
