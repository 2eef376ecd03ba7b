/* Only for diagrams that could not be drawn at build time: gives the theme a Mermaid that fetches its library, from this site, when first used.
   A classic script: the theme asks for window.mermaid before any module would have run. */
(() => {
  const library = new URL("library/diagrams.min.js", document.currentScript.src)
  let settings, loading
  const load = () => loading ??= new Promise((resolve, reject) => {
    const stub = window.mermaid
    const script = Object.assign(document.createElement("script"), { src: library })
    script.onload = () => { const real = window.mermaid; window.mermaid = stub; real.initialize(settings); resolve(real) }
    script.onerror = () => reject(new Error("The drawing library could not be fetched."))
    document.head.append(script)
  })
  window.mermaid = {
    initialize: options => { settings = { ...options, layout: "dagre", look: "classic" } },
    render: async (...args) => (await load()).render(...args),
  }
})()
