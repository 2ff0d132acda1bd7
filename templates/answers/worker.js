"use strict";
importScripts("{{ asset('vendor/idb.js') }}", "{{ asset('js/table-store.js') }}", "{{ asset('js/table-worker.js') }}");
