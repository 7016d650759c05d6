-- What Typst cannot set as written, made into what it can.
--
--   * lists, quotes and divisions that nest too deep are lifted out
--   * words longer than a line may be broken
--   * paragraphs in Hebrew or Arabic run from right to left
--   * links and notes in headings are such that bookmarks and contents can do without them
--
-- Looking at every word takes time: `needs` names what the chapter may need of the first three.

local DEEPEST = 8 -- in one another; Typst gives up at ten lists of terms, or thirty of others
local LONGEST = 30 -- letters of a word that is left whole
local BREAK = "\u{200B}"

-- Where a word is longer than a line may be, it can be broken every few letters.
local function breakable(text)
  return (text:gsub("[%w_=&+.,:;*#!?|]+", function(run)
    if #run > LONGEST then return (run:gsub(("."):rep(10), "%0" .. BREAK)) end
  end))
end

local function with_breaks(element)
  element.text = breakable(element.text)
  return element
end

-- Whether the first letter is of a script that runs from right to left (U+0590 to U+08FF).
local function runs_leftwards(inlines)
  for _, code in utf8.codes(pandoc.utils.stringify(inlines)) do
    if code >= 0x590 and code <= 0x8FF then return true end
    if code > 0xBF or (code < 0x80 and utf8.char(code):match("%a")) then return false end
  end
  return false
end

local function leftwards(paragraph)
  if not runs_leftwards(paragraph.content) then return nil end
  local opening, closing = pandoc.RawBlock("typst", "#leftwards["), pandoc.RawBlock("typst", "]")
  return { opening, paragraph, closing }
end

-- A heading's words for its bookmark, which sees through links and notes only where they are plain.
local function in_heading(header)
  header.content = header.content:walk({
    Link = function(link) return link.content end,
    Note = function(note) return { pandoc.RawInline("typst", "#outside-contents["), note, pandoc.RawInline("typst", "]") } end,
  })
  return header
end

-- Nesting -------------------------------------------------------------------------------------

local function content_of(block)
  return block.content
end

local function items_of(list)
  local all = pandoc.Blocks({})
  for _, item in ipairs(list.content) do all:extend(item) end
  return all
end

local function terms_of(list)
  local all = pandoc.Blocks({})
  for _, item in ipairs(list.content) do
    all:insert(pandoc.Plain(item[1]))
    for _, text in ipairs(item[2]) do all:extend(text) end
  end
  return all
end

local LIFTED_OUT = {
  BlockQuote = content_of,
  Div = content_of,
  BulletList = items_of,
  OrderedList = items_of,
  DefinitionList = terms_of,
}

-- Lists, quotes and divisions below the deepest level are replaced by what they hold.
local function shallow(blocks, depth)
  if depth == DEEPEST then return blocks:walk(LIFTED_OUT) end
  local function within(inside)
    return shallow(inside, depth + 1)
  end
  local function one(block)
    block.content = within(block.content)
    return block, false
  end
  local function items(list)
    list.content = list.content:map(within)
    return list, false
  end
  local function terms(list)
    list.content = list.content:map(function(item) return { item[1], item[2]:map(within) } end)
    return list, false
  end
  return blocks:walk({
    traverse = "topdown",
    BlockQuote = one,
    Div = one,
    BulletList = items,
    OrderedList = items,
    DefinitionList = terms,
  })
end

return function(doc, needs)
  local handlers = { Header = in_heading }
  if needs.long then
    handlers.Str, handlers.Code, handlers.CodeBlock = with_breaks, with_breaks, with_breaks
  end
  if needs.leftwards then handlers.Para = leftwards end
  if needs.deep then doc.blocks = shallow(doc.blocks, 0) end
  doc.blocks = doc.blocks:walk(handlers)
  return doc
end
