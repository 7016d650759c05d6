-- What both documents need of a chapter that Markdown alone does not say, for HTML and for Typst.
--
--   * its first heading becomes level 1, the highest of the others level 2
--   * links to other chapters and pictures are resolved against the chapter's own folder
--   * block quotes that begin with a bold title, and GitHub's alerts, become callouts
--   * a short line above a table becomes its title
--   * attributes an author wrote are dropped, but for identifiers and classes: in Typst some are
--     code; so are links to anything but the web and mail

local typst, slug, title, folder
local captions -- by the markup that shows the picture

local SCHEMES = { http = true, https = true, mailto = true }

-- HTML whose content is no text; where one is not closed, the rest of the chapter would go with it.
local SWALLOWING = {}
for name in ([[iframe math noembed noframes noscript plaintext script select style svg template
  textarea title xmp]]):gmatch("%a+") do
  SWALLOWING[name] = true
end

local ALERTS = {
  NOTE = "Note",
  TIP = "Tip",
  IMPORTANT = "Important",
  WARNING = "Warning",
  CAUTION = "Caution",
}

-- Text ----------------------------------------------------------------------------------------

local function plain(inlines)
  return pandoc.utils.stringify(inlines)
end

local function quoted(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("[\r\n]+", " ") .. '"'
end

local function escaped(text)
  return (text:gsub("&", "&amp;"):gsub("<", "&lt;"):gsub(">", "&gt;"):gsub('"', "&quot;"))
end

local function raw_block(text)
  return pandoc.RawBlock(typst and "typst" or "html", text)
end

local function raw_inline(text)
  return pandoc.RawInline(typst and "typst" or "html", text)
end

-- Places --------------------------------------------------------------------------------------

-- Where a relative address leads from this chapter, in the book; nil where it leaves the book.
local function in_book(address)
  local parts = {}
  for part in (folder .. address):gmatch("[^/]+") do
    if part == ".." then
      if #parts == 0 then return nil end
      table.remove(parts)
    elseif part ~= "." then
      table.insert(parts, part)
    end
  end
  return table.concat(parts, "/")
end

local function unescaped(address)
  return (address:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

-- A path as an address: nothing in it is taken for a scheme, a query or an anchor.
local function as_address(place)
  return (place:gsub("[%%#?:%s]", function(mark) return ("%%%02X"):format(mark:byte()) end))
end

local function is_outside(address)
  return address:match("^%a[%w+.-]*:") ~= nil or address:match("^//") ~= nil
end

local function may_lead_outside(address)
  return SCHEMES[(address:match("^(%a[%w+.-]*):") or "https"):lower()]
end

-- Where an address leads: the slug of a chapter and an anchor in it, or the path of a file.
local function target_of(address)
  local file, anchor = address:match("^([^#]*)#?(.*)$")
  if file == "" then return slug, anchor end
  local place = in_book(unescaped(file))
  local target = place and place:match("^(.*)%.md$")
  if target then return target:gsub("/", "--"), anchor end
  return nil, nil, place
end

-- Elements ------------------------------------------------------------------------------------

local function bare(element)
  element.attr = pandoc.Attr(element.identifier, element.classes)
  return element
end

local function named(element)
  bare(element)
  if typst and element.identifier ~= "" then
    element.identifier = slug .. ":" .. element.identifier
  end
  return element
end

local function Link(link)
  named(link)
  if is_outside(link.target) then return may_lead_outside(link.target) and link or link.content end
  local chapter, anchor, file = target_of(link.target)
  if not chapter and (typst or not file) then return link.content end
  if typst then
    local target = anchor == "" and chapter or chapter .. ":" .. anchor
    local inside = pandoc.List({ raw_inline("#goto(" .. quoted(target) .. ")[") })
    inside:extend(link.content)
    inside:insert(raw_inline("]"))
    return inside
  end
  link.target = as_address(file or chapter .. ".html") .. (anchor and anchor ~= "" and "#" .. anchor or "")
  return link
end

-- Pictures are named by their path in the book; who puts the book together knows what is there.
-- Pandoc would make films and frames of some.
local function picture(image)
  local place = not is_outside(image.src) and in_book(unescaped(image.src)) or image.src
  local words = plain(image.caption)
  local shown = typst and "#picture(" .. quoted(place) .. ", alt: " .. quoted(words) .. ")"
    or '<img src="' .. escaped(as_address(place)) .. '" alt="' .. escaped(words) .. '" />'
  captions[shown] = image.title
  return raw_inline(shown)
end

-- A picture that is a paragraph of its own is a figure; its title is the caption, not its words.
local function Figure(figure)
  local inside = figure.content[1]
  local only = inside and inside.t == "Plain" and inside.content[1]
  local caption = only and only.t == "RawInline" and captions[only.text]
  if not caption then return bare(figure) end
  if typst then
    local under = caption ~= "" and ", caption: " .. quoted(caption) or ""
    return raw_block("#figure(" .. only.text:sub(2) .. under .. ")")
  end
  local under = caption ~= "" and "<figcaption>" .. escaped(caption) .. "</figcaption>" or ""
  return raw_block("<figure>" .. only.text .. under .. "</figure>")
end

-- Raw HTML as Markdown knows it: line breaks and pictures. In Typst the rest has no meaning.
local function raw(element)
  if element.format == "typst" then return nil end -- of limits.lua: no manuscript can hold it
  local name = (element.text:match("^</?(%a+)") or ""):lower()
  if name == "br" then return pandoc.LineBreak() end
  if name == "img" then
    local read = pandoc.read(element.text, "html", nil, {}).blocks[1]
    local image = read and read.content and read.content[1]
    return image and image.t == "Image" and picture(image) or {}
  end
  if typst or SWALLOWING[name] then return {} end
end

local function raw_of_block(block)
  if block.format == "typst" then return nil end
  local name = (block.text:match("^%s*</?(%a+)") or ""):lower()
  if typst or SWALLOWING[name] then return {} end
end

-- Columns are as wide as what they hold.
local function Table(tab)
  bare(tab)
  for _, spec in ipairs(tab.colspecs) do
    spec[2] = nil
  end
  if typst and #tab.colspecs > 8 then
    return { raw_block("#sideways["), tab, raw_block("]") }
  end
  return tab
end

-- A short line right above a table, without a stop at its end, is the table's title.
local function is_title(block)
  if block.t ~= "Para" then return false end
  local text = plain(block.content)
  return #text > 0 and #text <= 90 and not text:match("[.:;!?,]$")
end

local function with_table_titles(blocks)
  for number = 2, #blocks do
    local block = blocks[number - 1]
    if blocks[number].t == "Table" and is_title(block) then
      local parts = typst and { "#table-title[", "]" } or { '<p class="table-title">', "</p>" }
      local content = pandoc.List({ raw_inline(parts[1]) })
      content:extend(block.content)
      content:insert(raw_inline(parts[2]))
      blocks[number - 1] = pandoc.Plain(content)
    end
  end
  return blocks
end

-- Callouts ------------------------------------------------------------------------------------

local function trimmed(inlines)
  while #inlines > 0 and (inlines[1].t == "Space" or inlines[1].t == "SoftBreak" or inlines[1].t == "LineBreak") do
    inlines:remove(1)
  end
  return inlines
end

local function alert_of(content)
  local word = content[1] and content[1].t == "Str" and content[1].text:match("^%[!(%u+)%]$")
  return word and ALERTS[word]
end

-- The title that a paragraph begins with, and the rest of it. `**Example** **Example – A Chase**`
-- is one title written twice: the longer one stands.
local function titled(content)
  local name = alert_of(content)
  if name then
    content:remove(1)
    return pandoc.Inlines(name), trimmed(content)
  end
  local first = content[1]
  if not first or first.t ~= "Strong" then return nil end
  local after = content[2]
  local apart = not after or after.t == "SoftBreak" or after.t == "LineBreak"
  if not apart and after.t == "Space" then return nil end
  content:remove(1)
  trimmed(content)
  local again = content[1]
  if again and again.t == "Strong" and plain(again):sub(1, #plain(first)) == plain(first) then
    content:remove(1)
    return again.content, trimmed(content)
  end
  return first.content, content
end

local function kind_of(name)
  local word = plain(name):lower():match("^%a+")
  return word or "note"
end

local function BlockQuote(quote)
  local first = quote.content[1]
  local name, rest
  if first and (first.t == "Para" or first.t == "Plain") then
    name, rest = titled(first.content:clone())
  end
  if not name then
    with_table_titles(quote.content)
    return quote
  end
  local inside = pandoc.List()
  if #rest > 0 then inside:insert(pandoc.Para(rest)) end
  for number = 2, #quote.content do
    inside:insert(quote.content[number])
  end
  with_table_titles(inside)
  local whole = pandoc.List()
  if typst then
    local head = pandoc.List({ raw_inline("#callout(" .. quoted(kind_of(name)) .. ", [") })
    head:extend(name)
    head:insert(raw_inline("])["))
    whole:insert(pandoc.Plain(head))
    whole:extend(inside)
    whole:insert(raw_block("]"))
  else
    whole:insert(raw_block('<aside class="callout callout-' .. kind_of(name) .. '">'))
    whole:insert(raw_block('<p class="callout-title">'))
    whole:insert(pandoc.Plain(name))
    whole:insert(raw_block("</p>"))
    whole:extend(inside)
    whole:insert(raw_block("</aside>"))
  end
  return whole
end

-- The chapter ---------------------------------------------------------------------------------

-- Calls a function with every heading that stands in no list or quote, in order.
local function each_heading(blocks, act)
  for number, block in ipairs(blocks) do
    if block.t == "Header" then
      act(block)
    elseif block.t == "Div" then
      each_heading(block.content, act)
    end
    blocks[number] = block
  end
end

-- The first heading is the chapter's; the highest of the others is of the second level.
local function with_levels(blocks)
  local seen, highest = 0, 6
  each_heading(blocks, function(header)
    seen = seen + 1
    if seen > 1 then highest = math.min(highest, header.level) end
  end)
  if seen == 0 then blocks:insert(1, pandoc.Header(1, title, pandoc.Attr(slug))) end
  local passed = 0
  each_heading(blocks, function(header)
    passed = passed + 1
    header.level = passed == 1 and 1 or math.min(header.level - highest + 2, 6)
  end)
  return blocks
end

-- A chapter as it is to be written. Each element that goes over into Lua costs time: paragraphs
-- and words, the most, do not.
return function(doc, chapter, for_typst)
  typst, slug, title, captions = for_typst, chapter.slug, chapter.title, {}
  folder = chapter.path:match("^(.*/)[^/]*$") or ""
  local blocks = with_table_titles(with_levels(doc.blocks)):walk({
    RawInline = raw,
    RawBlock = raw_of_block,
    Link = Link,
    Image = picture,
    Header = named,
    Div = named,
    Span = named,
    Code = bare,
    CodeBlock = bare,
    Figure = Figure,
    Table = Table,
    BlockQuote = BlockQuote,
  })
  return pandoc.Pandoc(blocks)
end
