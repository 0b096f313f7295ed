//! Operations: their inputs, their responses and their errors.

use ucwa_schema::{Method, Operation, Resource};

use super::docs::input_docs;
use super::errors;
use super::lowering::Lowering;
use super::model::{Count, Field, FieldType, InputModel, OperationModel, ResponseModel, TypePath};
use super::names::NameScope;
use super::parameters::parameters;

impl Lowering<'_> {
    pub(super) fn operation(&self, resource: &Resource, operation: &Operation) -> OperationModel {
        let key = (resource.name.clone(), operation.method);
        let type_name = self.names.errors.get(&key).cloned().unwrap_or_default();
        OperationModel {
            method: operation.method,
            input: self.names.inputs.get(&key).and_then(|type_name| {
                let module = self.path(&resource.name)?.module;
                Some(TypePath { module, type_name: type_name.clone() })
            }),
            response: self.response(resource, operation),
            errors: errors::of_operation(self.schema, &self.error_tables, resource, operation, type_name),
        }
    }

    fn response(&self, resource: &Resource, operation: &Operation) -> ResponseModel {
        let response = &operation.response;
        let held = response.resource.as_deref().map(|name| self.held(resource, name));
        // The reference lists the channel among the resources; its response is a document of another shape.
        if resource.rel == "events" && operation.method == Method::Get {
            return ResponseModel::Events;
        }
        match (held, &response.content) {
            (_, Some(media_type)) => ResponseModel::Content(media_type.clone()),
            (Some(held), None) if response.location => ResponseModel::Started(held),
            (Some(held), None) => ResponseModel::Resource(held),
            (None, None) => ResponseModel::Nothing,
        }
    }

    pub(super) fn input(&self, resource: &Resource, operation: &Operation) -> InputModel {
        let mut scope = NameScope::with_reserved(&["body", "default", "envelope", "new"]);
        let key = (resource.name.clone(), operation.method);
        let fields: Vec<_> = parameters(operation).map(|parameter| self.parameter(parameter, &mut scope)).collect();
        let started = match self.response(resource, operation) {
            ResponseModel::Resource(held) | ResponseModel::Started(held) => Some(held),
            ResponseModel::Nothing | ResponseModel::Content(_) | ResponseModel::Events => None,
        };
        // What starts an operation gives it an identifier of its own, which is text.
        let is_id = |field: &&Field| {
            field.wire == "operationId" && field.value == FieldType::Text && field.count != Count::List
        };
        let id = fields.iter().find(is_id).cloned();
        InputModel {
            type_name: self.names.inputs.get(&key).cloned().unwrap_or_default(),
            required_type_name: self.names.required.get(&key).cloned(),
            docs: input_docs(resource, operation, started.is_some() && id.is_some()),
            resource: resource.name.clone(),
            content: operation.content.clone(),
            is_body: operation.method != Method::Get,
            starts: started.zip(id),
            fields,
        }
    }

    /// The next and the last revision of a resource.
    pub(super) fn later(&self, resource: &Resource) -> Option<(TypePath, TypePath)> {
        let revisions = self.schema.revisions(&resource.rel);
        let later: Vec<_> = revisions.filter(|other| other.revision > resource.revision).collect();
        self.path(&later.first()?.name).zip(self.path(&later.last()?.name))
    }
}
