/* What bench_demos.py has done in the page: `bench.live` brings a demo to life, `bench.pace` takes steps of its model and counts what it has learned. */
{
  const count = lists => lists.reduce((sum, list) => sum + list.length, 0)

  /* Of each demo what a step is, and how to make one; `weights`, where they are another demo's, or `learned`, where the page trains them. */
  const DEMOS = {
    both: {
      step: "an image read", weights: "pixels",
      async make({ get, tensors, data }) {
        const model = await get("pixels/model"), drawer = model.arrange(tensors), levels = Array.from(data.image(1303), value => 16 * value)
        return () => { for (let digit = 0; digit < 10; digit++) model.logLikelihood(drawer, digit, levels) }
      },
    },
    classifier: {
      step: "a training step",
      async make({ get, data }) {
        const { training } = await get("classifier/train"), rows = [...Array(data.train).keys()]
        const work = training({ data, rows, told: data.labels, rate: .05, seed: 1, steps: 1e6 })
        return () => work.step()
      },
    },
    clusters: {
      step: "half a round",
      async make({ get, data }) {
        const model = await get("clusters/model"), centres = model.start(data, data.train, 10, 1)
        return () => model.assign(data, data.train, centres, null)
      },
    },
    glimpse: {
      step: "a decision",
      async make({ get, file, data }) {
        const model = await get("glimpse/model"), { nets } = model.agents(file), opened = model.openedBy([5, 6])
        return () => model.decide(model.values(nets.after, data.image(1300), opened), opened)
      },
    },
    gan: {
      step: "an image, judged",
      async make({ get, tensors }) {
        const model = await get("gan/model"), { generate, judge } = model.networks(tensors), [noise] = model.latent(1).samples
        return () => judge(generate(noise, 7), 7)
      },
    },
    "gan-plane": {
      step: "a round", weights: "clusters",
      async make({ get, tensors: { mean, axes }, data }) {
        const model = await get("gan-plane/model"), { points } = model.onPlane(data.images.subarray(0, 64 * data.train), mean, axes)
        const game = this.game = model.contest(points, 1)
        return () => model.playRound(game)
      },
      learned() { return [this.game.generator, this.game.discriminator].flatMap(({ layers }) => layers).flatMap(({ weight, bias }) => [weight, bias]) },
    },
    pixels: {
      step: "a pixel",
      async make({ get, tensors }) {
        const model = await get("pixels/model"), writer = model.arrange(tensors)
        let reader
        return () => {
          if (!reader || reader.position === 64) reader = model.start(writer, 7)
          reader.step(reader.position ? 3 : undefined)
        }
      },
    },
    induction: {
      step: "a sequence read",
      async make({ get, file }) {
        const model = await get("induction/model"), { two } = model.models(file), tokens = model.fromSeed(5, 1)
        return () => model.guesses(two, tokens)
      },
    },
    stories: {
      step: "a word",
      async make({ get, file }) {
        const model = await get("stories/model"), teller = model.storyteller(file)
        let story
        return () => {
          if (!story?.next) story = model.writer(teller, { teller: 0, seed: 1, temperature: 1 })
          story.step()
        }
      },
    },
    attack: {
      step: "a gradient",
      async make({ get, tensors, data }) {
        const model = await get("attack/model"), { standard } = model.networks(tensors)
        return () => model.gradient(standard, data.image(1300), 3)
      },
    },
    molecules: {
      step: "a line written",
      async make({ get, file }) {
        const model = await get("molecules/model"), writer = model.generator(file), uniform = (await get("nn")).random(1)
        return () => model.write(writer, uniform)
      },
    },
    families: {
      step: "a VAE image", weights: "vae",
      async make({ get, tensors }) {
        const model = await get("families/model"), uniform = (await get("nn")).random(1)
        return () => model.decode(tensors, 7, model.noise(model.HIDDEN, uniform))
      },
    },
  }

  window.bench = {
    /** Milliseconds until the figure is alive: {all, start: from the last file on}. */
    async live(name) {
      const figure = document.getElementById(`demo-${name}`), frame = () => new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)))
      const live = new Promise(resolve => new MutationObserver(() => {
        figure.querySelector(".demo-start")?.click()
        if (figure.hasAttribute("data-live")) resolve()
      }).observe(figure, { attributes: true, childList: true }))
      const began = performance.now()
      dispatchEvent(new Event("pointermove"))
      figure.scrollIntoView({ block: "center" })
      await live
      await frame()
      const now = performance.now(), files = performance.getEntriesByType("resource").filter(file => file.startTime >= began && file.name.includes("/demos/"))
      return { all: now - began, start: now - Math.max(...files.map(file => file.responseEnd)) }
    },

    /** {step: what it is, milliseconds: the least of eight means, parameters: how many numbers the model has learned (scales of int8 not counted)} */
    async pace(base, name) {
      const get = module => import(`${base}demos/${module}.js`), demo = DEMOS[name], [{ unpack }, { digits }, kit] = await Promise.all(["nn", "data", "kit"].map(get))
      const file = unpack(await kit.file(`${base}demos/${demo.weights ?? name}/weights.safetensors.gz`)), { tensors } = file
      const take = await demo.make({ get, file, tensors, data: await digits() }), found = []
      for (let batch = 0; batch < 8; batch++) {
        let taken = 0
        const began = performance.now()
        do { take(); taken++ } while (performance.now() - began < 60)
        found.push((performance.now() - began) / taken)
      }
      return { step: demo.step, milliseconds: Math.min(...found), parameters: count(demo.learned?.() ?? Object.values(tensors)) }
    },
  }
}
