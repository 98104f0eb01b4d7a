import { startArguments, type WrittenFile } from './written.ts';

/** A unit for systemd; the service may write nowhere and sees no home folders. */
export const systemdUnit: WrittenFile = {
  path: ({ slug }) => `${slug}.service`,
  text: ({ slug, port }) => `# cp -r . /srv/${slug} && cd /srv/${slug} && npm install --omit=dev --ignore-scripts
# cp ${slug}.service /etc/systemd/system/ && systemctl enable --now ${slug}
# A token: HILLOCK_TOKEN=… in /etc/${slug}.env
[Unit]
Description=Hillock: predictions of ${slug}
After=network.target

[Service]
WorkingDirectory=/srv/${slug}
ExecStart=/usr/bin/env node ${startArguments(slug, '127.0.0.1', port).join(' ')}
EnvironmentFile=-/etc/${slug}.env
Environment=NODE_ENV=production
DynamicUser=yes
Restart=on-failure
RestartSec=1
KillSignal=SIGTERM
TimeoutStopSec=45
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
PrivateTmp=yes
PrivateDevices=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
CapabilityBoundingSet=

[Install]
WantedBy=multi-user.target
`,
};
