import type { Peer, PeerFacts } from './peer-stack.ts'

/**
 * The least that does the job: the key is compared as plain text, and the function does not see it.
 * No hash, no expiry, no request id, no log, so that the comparison errs in nginx's favour.
 */
export function nginx(command: string): Peer {
  return {
    name: 'nginx',
    plan: (facts) => ({
      files: { 'nginx.conf': configuration(facts) },
      command: [command, '-p', facts.folder, '-c', `${facts.folder}/nginx.conf`, '-e', 'stderr'],
    }),
  }
}

function configuration({ folder, port, functionSocket, secret }: PeerFacts): string {
  // As root the workers would become another user, who may not enter the folder of the socket.
  const user = process.getuid?.() === 0 ? 'user root root;' : ''
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `  ${kind}_temp_path ${folder}/${kind};`)
    .join('\n')
  return `${user}
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr warn;
events { worker_connections 512; }
http {
${temporary}
  access_log off;
  keepalive_requests 1000000000;
  map_hash_bucket_size 128;
  map $http_x_api_key $allowed {
    default 0;
    "${secret}" 1;
  }
  upstream function {
    server unix:${functionSocket};
    keepalive 64;
    keepalive_requests 1000000000;
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      if ($allowed = 0) { return 401; }
      proxy_pass http://function;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header X-API-Key "";
    }
  }
}
`
}
