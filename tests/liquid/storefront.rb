# A storefront's Liquid in the engine that Shopify wrote (Debian's ruby-liquid), with shims of its own for what
# Shopify adds. It reads one JSON object a line and answers each with a line of JSON: {"html": …} or {"error": …}.
#
#   ruby storefront.rb <root of the extension> <time zone of the shop> <what time it is, in Unix seconds>
#
#   {"block": "track-order", "id": …, "settings": {…}, "shopify_attributes": …, "locale": …, "objects": {…}}
#   {"page": "Liquid as an app proxy returned it", "objects": {…}}
#
# Nothing here is shared with the demo's renderer but the files of the extension, so that no mistake is shared.

require 'cgi'
require 'json'
require 'liquid'

ROOT, zone, seconds = ARGV
ENV['TZ'] = zone # Liquid's own `date` writes local time
NOW = Time.at(Integer(seconds))
Time.define_singleton_method(:now) { NOW }

Liquid::Template.error_mode = :strict

# Snippets by name. The engine's own file system takes no hyphen in one.
class Snippets
  def read_template_file(name)
    File.read(File.join(ROOT, 'snippets', "#{File.basename(name)}.liquid"), encoding: 'UTF-8')
  end
end
Liquid::Template.file_system = Snippets.new

# {% schema %} and {% doc %}: for the theme editor and for readers, nothing on the page. Liquid 5.4 is older than
# {% doc %} and never had {% schema %}; both hold text that is not Liquid, as {% raw %} does.
class Silent < Liquid::Raw
  def render_to_output_buffer(_context, output)
    output
  end
end
Liquid::Template.register_tag('schema', Silent)
Liquid::Template.register_tag('doc', Silent)

# {% layout none %}: what stands around a page is not this script's business.
class Layout < Liquid::Tag
  def render_to_output_buffer(_context, output)
    output
  end
end
Liquid::Template.register_tag('layout', Layout)

# CLDR's plural categories of whole numbers, as far as the extension has languages with rules of their own.
PLURALS = {
  %w[ja ko th vi zh] => ->(_) { 'other' },
  %w[fr pt] => ->(n) { n < 2 ? 'one' : 'other' },
  %w[cs] => ->(n) { { 1 => 'one', 2 => 'few', 3 => 'few', 4 => 'few' }.fetch(n, 'other') },
  %w[pl] => lambda { |n|
    next 'one' if n == 1

    (2..4).cover?(n % 10) && !(12..14).cover?(n % 100) ? 'few' : 'many'
  },
  %w[ar] => lambda { |n|
    { 0 => 'zero', 1 => 'one', 2 => 'two' }[n] ||
      ((3..10).cover?(n % 100) && 'few') || ((11..99).cover?(n % 100) && 'many') || 'other'
  },
  %w[he] => ->(n) { { 1 => 'one', 2 => 'two' }.fetch(n, 'other') },
  %w[pt-PT] => ->(n) { n == 1 ? 'one' : 'other' }
}.freeze

def plural(locale, count)
  language = locale == 'pt-PT' ? locale : locale.split('-').first
  rule = PLURALS.find { |languages, _| languages.include?(language) }&.last || ->(n) { n == 1 ? 'one' : 'other' }
  rule.call(count)
end

# The words of a language: its own file, the file of the language without its region, then the default one.
def words(locale)
  names = ["#{locale}.json", "#{locale.split('-').first}.json", 'en.default.json']
  names.map { |name| File.join(ROOT, 'locales', name) }.select { |path| File.file?(path) }
       .map { |path| JSON.parse(File.read(path, encoding: 'UTF-8')) }
end

# `t` and `asset_url`, which Shopify adds. What was translated is escaped, and so are the values in it.
module Shopify
  def t(key, values = {})
    found = @context.registers[:words].filter_map { |table| table.dig(*key.split('.')) }.first
    return "translation missing: #{key}" unless found

    locale = @context.registers[:locale]
    found = found.fetch(plural(locale, Integer(values['count'])), found['other']) if found.is_a?(Hash)
    CGI.escapeHTML(found).gsub(/{{\s*(\w+)\s*}}/) { CGI.escapeHTML(values[Regexp.last_match(1)].to_s) }
  end

  def asset_url(name)
    "#{@context['asset_prefix']}#{name}"
  end
end
Liquid::Template.register_filter(Shopify)

def render(source, objects, locale: 'en', tables: [])
  template = Liquid::Template.parse(source)
  registers = { words: tables, locale: locale }
  context = Liquid::Context.build(static_environments: objects, registers: registers, rethrow_errors: true)
  context.strict_filters = true
  template.render!(context)
end

def block(asked)
  source = File.read(File.join(ROOT, 'blocks', "#{asked['block']}.liquid"), encoding: 'UTF-8')
  schema = JSON.parse(source[/{%\s*schema\s*%}(.*){%\s*endschema\s*%}/m, 1])
  settings = schema['settings'].filter_map { |one| [one['id'], one['default']] if one['id'] }.to_h
  own = {
    'id' => asked['id'],
    'settings' => settings.merge(asked['settings']),
    'shopify_attributes' => asked['shopify_attributes']
  }
  locale = asked['locale']
  render(source, asked['objects'].merge('block' => own), locale: locale, tables: words(locale))
end

$stdout.sync = true
$stdin.each_line do |line|
  asked = JSON.parse(line)
  html = asked['page'] ? render(asked['page'], asked['objects']) : block(asked)
  puts JSON.generate({ html: html })
rescue Liquid::Error => e
  puts JSON.generate({ error: e.message })
end
