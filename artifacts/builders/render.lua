-- Turns chapters into HTML or Typst markup: `pandoc lua render.lua`, JSON in and JSON out.
--
--   in:  { reader, markup, chapters: [{ path, slug, title, text, needs }] }
--   out: [{ markup } or { error }], in the same order
--
-- Each chapter is read in a sandbox, in which no file can be opened.

local here = arg[0]:match("^(.*/)") or ""
local as_written = dofile(here .. "chapter.lua")
local within_limits = dofile(here .. "limits.lua")

local told = pandoc.json.decode(io.read("a"), false)
local for_typst = told.markup == "typst"
local options = pandoc.WriterOptions({ wrap_text = "wrap-none", email_obfuscation = "none" })

local function rendered(chapter)
  local doc = pandoc.read(chapter.text, told.reader, nil, {})
  if for_typst then doc = within_limits(doc, chapter.needs) end
  return pandoc.write(as_written(doc, chapter, for_typst), told.markup, options)
end

local answers = pandoc.List()
for _, chapter in ipairs(told.chapters) do
  local well, answer = pcall(rendered, chapter)
  answers:insert(well and { markup = answer } or { error = tostring(answer) })
end
io.write(pandoc.json.encode(answers))
