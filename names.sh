T=/root/.cache/edgewise; N=$T/node/339c70113e94d1fe/node_modules/.bin
$T/tools/wasm-bindgen-cli-0.2.130/bin/wasm-bindgen $1/split/widget.wasm --target web --no-typescript --out-name widget --out-dir $1/named --keep-lld-exports --keep-debug
$N/wasm-opt --enable-mutable-globals --enable-sign-ext --enable-nontrapping-float-to-int --enable-bulk-memory --enable-multivalue --enable-reference-types -Oz -g $1/named/widget_bg.wasm -o $1/named/opt.wasm
